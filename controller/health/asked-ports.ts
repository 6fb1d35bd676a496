import type { Packet } from '../../openflow/packet/packet.ts';
import type { Random } from '../core/clock.ts';
import { entryOf } from '../core/entry-of.ts';
import { numberOf } from './answer.ts';
import { ProbePorts } from './probe-ports.ts';
import type { Asked } from './server-check.ts';

/** Which port of which VIP asks whom: so an answer finds its question. */
export class AskedPorts {
  readonly #ports = new Map<string, ProbePorts<Asked>>();

  /** A port of the VIP that nobody uses; undefined when all are in use. */
  next(vip: string, random: Random): number | undefined {
    return this.#of(vip).next(random);
  }

  add(asked: Asked): void {
    this.#of(asked.check.target.vip).set(asked.port, asked);
  }

  release(asked: Asked): void {
    for (const ports of this.#ports.values()) ports.release(asked.port, asked);
  }

  /** The question that a packet would answer; where it comes from is another matter. */
  by(packet: Packet): Asked | undefined {
    const ports = packet.ipv4 && this.#ports.get(packet.ipv4.dst);
    const number = ports && numberOf(packet);
    const asked = number && ports.get(number.local);
    if (asked === undefined || asked.check.target.ip !== packet.ipv4!.src) return undefined;
    return number!.remote === undefined || number!.remote === asked.check.port ? asked : undefined;
  }

  #of(vip: string): ProbePorts<Asked> {
    return entryOf(this.#ports, vip, () => new ProbePorts<Asked>());
  }
}
