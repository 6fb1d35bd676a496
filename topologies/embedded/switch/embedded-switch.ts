import type { Duplex } from 'node:stream';
import type { Address, Message, MessageInput } from '../../../openflow/index.ts';
import type { Scheduler } from '../clock.ts';
import { ControllerLink, type ControllerLinkOptions } from './controller-link.ts';
import { Datapath, type DatapathOptions } from './datapath.ts';
import type { Effect } from './effect.ts';

export interface EmbeddedSwitchOptions extends Omit<DatapathOptions, 'datapathId' | 'ports'> {
  /** `s1`; the description of the switch has it. */
  readonly name: string;
  /** 16 hex digits. */
  readonly dpid: string;
  readonly ports: readonly { readonly number: number; readonly name: string; readonly mac: string }[];
  readonly clock: Scheduler;
  /** Sends a frame out of a port. */
  output(port: number, frame: Uint8Array): void;
}

/** A controller in the same process: plain messages, nothing is encoded, nothing waits. */
export interface Channel {
  /** Sends a message to the switch. */
  send(message: MessageInput): void;
  /** The controller is gone; the flows stay. */
  close(): void;
}

/**
 * A datapath among others: its time is a clock's, its frames come from links and go to links, its controllers are processes
 * behind TCP, or channels in memory. While no controller is there it goes on with the flows it has.
 */
export class EmbeddedSwitch {
  readonly name: string;
  readonly dpid: string;
  readonly datapath: Datapath;
  readonly #clock: Scheduler;
  readonly #output: (port: number, frame: Uint8Array) => void;
  readonly #receivers = new Map<number, (message: Message) => void>();
  readonly #links = new Set<ControllerLink>();
  #timer: { cancel(): void } | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #nextId = 0;

  constructor({ name, dpid, ports, clock, output, ...options }: EmbeddedSwitchOptions) {
    this.name = name;
    this.dpid = dpid;
    this.#clock = clock;
    this.#output = output;
    const specs = ports.map(port => ({ portNo: port.number, name: port.name, hwAddr: port.mac }));
    this.datapath = new Datapath({ dpDesc: name, ...options, datapathId: BigInt(`0x${dpid}`), ports: specs }, clock.now());
  }

  /** A frame came in by a port. It is never written to. */
  receive(port: number, frame: Uint8Array): void {
    this.#perform(this.datapath.receive(port, frame, this.#clock.now()));
  }

  /** The link at a port came up, or went down. */
  portChanged(port: number, up: boolean): void {
    this.#perform(this.datapath.setLink(port, up, this.#clock.now()));
  }

  /** A controller in memory; `receive` gets what the switch sends it. */
  channel(receive: (message: Message) => void): Channel {
    const id = this.#nextId++;
    this.#open(id, receive);
    return { send: message => this.#handle(id, message), close: () => this.#shut(id) };
  }

  /** Connects to a controller over TCP or a unix socket (or what `target` opens), now and again whenever the connection is lost. */
  connect(target: Address | (() => Duplex), options: ControllerLinkOptions = {}): ControllerLink {
    const id = this.#nextId++;
    const link: ControllerLink = new ControllerLink(target, this.#clock, options, {
      connected: () => this.#open(id, message => link.send(message)),
      message: message => this.#handle(id, message),
      disconnected: () => this.#shut(id),
    });
    this.#links.add(link);
    return link;
  }

  /** Ends all connections and stops waiting. */
  close(): void {
    this.#timer?.cancel();
    for (const link of this.#links) link.close();
  }

  #open(id: number, receive: (message: Message) => void): void {
    this.#receivers.set(id, receive);
    this.datapath.connect(id);
  }

  #shut(id: number): void {
    this.#receivers.delete(id);
    this.datapath.disconnect(id);
  }

  #handle(id: number, message: MessageInput): void {
    if (this.#receivers.has(id)) this.#perform(this.datapath.handle(message, this.#clock.now(), id));
  }

  #perform(effects: readonly Effect[]): void {
    this.#wait();
    for (const effect of effects) {
      if (effect.type === 'output') this.#output(effect.port, effect.frame);
      else this.#receivers.get(effect.to)?.(effect.message);
    }
  }

  /** One timer for the earliest deadline; a later one is found when it rings. */
  #wait(): void {
    const deadline = this.datapath.nextDeadline() ?? Number.POSITIVE_INFINITY;
    if (deadline >= this.#timerAt) return;
    this.#timer?.cancel();
    this.#timerAt = deadline;
    this.#timer = this.#clock.at(deadline, () => {
      this.#timer = undefined;
      this.#timerAt = Number.POSITIVE_INFINITY;
      // A clock of whole microseconds may ring a rounding error before the deadline.
      this.#perform(this.datapath.tick(Math.max(this.#clock.now(), deadline)));
    });
  }
}
