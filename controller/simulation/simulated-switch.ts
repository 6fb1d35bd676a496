import type { Message, MessageInput } from '../../openflow/index.ts';
import type { LabSwitchDevice, SwitchPlace } from '../../topologies/embedded/lab.ts';
import { type Channel, EmbeddedSwitch } from '../../topologies/embedded/switch/embedded-switch.ts';
import { COOKIES } from '../core/cookie.ts';
import type { InstalledFlow } from '../core/switch.ts';

/** An embedded switch that can lose its power, and with it its flows, and come back. */
export class SimulatedSwitch implements LabSwitchDevice {
  readonly name: string;
  readonly dpid: string;
  readonly #place: SwitchPlace;
  readonly #maxFlows: number | undefined;
  readonly #portsDown = new Set<number>();
  #machine: EmbeddedSwitch;
  #powered = true;

  constructor(place: SwitchPlace, maxFlows?: number) {
    this.name = place.name;
    this.dpid = place.dpid;
    this.#place = place;
    this.#maxFlows = maxFlows;
    this.#machine = this.#make();
  }

  get powered(): boolean {
    return this.#powered;
  }

  receive(port: number, frame: Uint8Array): void {
    if (this.#powered) this.#machine.receive(port, frame);
  }

  portChanged(port: number, up: boolean): void {
    if (up) this.#portsDown.delete(port);
    else this.#portsDown.add(port);
    if (this.#powered) this.#machine.portChanged(port, up);
  }

  /** Speaks with a controller; `receive` gets what the switch sends it. */
  connect(receive: (message: Message) => void): Channel {
    return this.#machine.channel(receive);
  }

  /** Without power it forgets its flows and carries nothing. Its controller's channel is not its concern. */
  powerOff(): void {
    this.#powered = false;
    this.#machine.close();
  }

  powerOn(): void {
    this.#machine = this.#make();
    this.#powered = true;
  }

  /** Every flow with a cookie of ours. */
  flows(): InstalledFlow[] {
    const list: InstalledFlow[] = [];
    const channel = this.#machine.channel(message => {
      if (message.type === 'multipartReply' && message.kind === 'flow') list.push(...message.body);
    });
    channel.send({ type: 'multipartRequest', kind: 'flow', body: COOKIES.ours, xid: 0 });
    channel.close();
    return list;
  }

  /** Somebody else changes flows, over a channel of his own. */
  change(messages: readonly MessageInput[]): void {
    const channel = this.#machine.channel(() => {});
    for (const message of messages) channel.send(message);
    channel.close();
  }

  #make(): EmbeddedSwitch {
    const { name, dpid, ports, clock, output } = this.#place;
    const limit = this.#maxFlows === undefined ? {} : { maxFlows: this.#maxFlows };
    const machine = new EmbeddedSwitch({ name, dpid, ports, clock, output, ...limit });
    for (const port of this.#portsDown) machine.portChanged(port, false);
    return machine;
  }
}
