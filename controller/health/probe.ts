import type { Packet } from '../../openflow/packet/packet.ts';
import type { TcpEnd } from '../../openflow/packet/tcp-message.ts';
import type { Random } from '../core/clock.ts';
import type { HealthConfig } from '../core/config.ts';

/**
 * What a probe came to. `refused` the server says itself that nothing is there, `silent` no answer within the timeout, `wrong` an
 * answer that a healthy server does not give.
 */
export type Outcome =
  | { readonly kind: 'answered'; readonly ms: number; readonly reason: string }
  | { readonly kind: 'refused' | 'silent' | 'wrong'; readonly reason: string };

/** Frames to send to the server, and the outcome as soon as there is one. */
export interface Step {
  readonly frames: readonly Uint8Array[];
  readonly outcome?: Outcome;
}

export const idle: Step = Object.freeze({ frames: [] });

/**
 * One question to one server, from its first frames to its outcome. It gets packets from the server's place alone; that they
 * answer the question is for it to see. After the outcome it still gets what comes, to close a connection politely.
 */
export interface Probe {
  /** What it begins with. */
  readonly frames: readonly Uint8Array[];
  /** When `onDeadline` has to be called next: to repeat what may be lost, or to give up. */
  readonly deadline: number;
  onPacket(packet: Packet, now: number): Step;
  onDeadline(now: number): Step;
}

/** Both ends of a probe: the VIP in whose name it asks, and the server. For ICMP `local.port` is the identifier. */
export interface Ends {
  readonly local: TcpEnd;
  readonly remote: TcpEnd;
}

/** The time in which a probe has to be answered. */
export type Limits = Pick<HealthConfig, 'timeoutMs'>;

/** A number that nobody can guess who has not seen it. */
export function nonce32(random: Random): number {
  return Math.floor(random() * 2 ** 32) >>> 0;
}
