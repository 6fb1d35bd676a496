import { ICMP_UNREACHABLE } from '../../openflow/packet/icmp.ts';
import { icmpEchoReply, icmpUnreachable } from '../../openflow/packet/icmp-message.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { tcpReset } from '../../openflow/packet/tcp-reset.ts';
import type { Command } from '../core/command.ts';
import { frameOut } from '../core/flow.ts';
import type { Switch } from '../core/switch.ts';

/** Answers a second that the controller gives in a VIP's name; packets beyond that stay unanswered. */
export const MAX_ANSWERS_PER_SECOND = 2000;

/** Answers for a VIP where there is no server to do it: resets, port unreachable, echo replies. */
export class Refusal {
  #second = 0;
  #given = 0;

  /** Tells the client at once that nothing is here, back out of the port it came from. */
  refuse(at: Switch, inPort: number, packet: Packet, now: number): Command[] {
    return this.#answer(at, inPort, now, packet.tcp ? tcpReset(packet) : icmpUnreachable(packet, ICMP_UNREACHABLE.PORT));
  }

  /** A VIP answers ping, so that people can see that it is there. */
  echo(at: Switch, inPort: number, packet: Packet, now: number): Command[] {
    return this.#answer(at, inPort, now, icmpEchoReply(packet));
  }

  #answer(at: Switch, inPort: number, now: number, frame: Uint8Array | undefined): Command[] {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#given = 0;
    }
    if (frame === undefined || this.#given >= MAX_ANSWERS_PER_SECOND) return [];
    this.#given += 1;
    return [frameOut(at.dpid, inPort, frame)];
  }
}
