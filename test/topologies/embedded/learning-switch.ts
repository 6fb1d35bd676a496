import { macText } from '../../../openflow/wire/addresses.ts';
import type { LabSwitchDevice, SwitchPlace } from '../../../topologies/embedded/lab.ts';

/** The smallest switch: it floods what it does not know and remembers where it saw whom. */
export class LearningSwitch implements LabSwitchDevice {
  readonly dpid: string;
  readonly changes: { port: number; up: boolean }[] = [];
  readonly #place: SwitchPlace;
  readonly #where = new Map<string, number>();

  constructor(place: SwitchPlace) {
    this.#place = place;
    this.dpid = place.dpid;
  }

  receive(port: number, frame: Uint8Array): void {
    this.#where.set(macText(frame, 6), port);
    const to = (frame[0]! & 1) === 1 ? undefined : this.#where.get(macText(frame, 0));
    if (to !== undefined) {
      if (to !== port) this.#place.output(to, frame);
      return;
    }
    for (const { number } of this.#place.ports) if (number !== port) this.#place.output(number, frame);
  }

  portChanged(port: number, up: boolean): void {
    this.changes.push({ port, up });
    for (const [mac, at] of this.#where) if (at === port) this.#where.delete(mac);
  }
}
