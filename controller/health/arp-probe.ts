import { ARP_OP } from '../../openflow/packet/arp.ts';
import { arpRequest } from '../../openflow/packet/arp-message.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';
import { idle, type Probe, type Step } from './probe.ts';

/**
 * Asks who has an address (RFC 5227, 2.1.1: the sender address is 0.0.0.0, so no address in the data network is needed and nobody
 * learns anything wrong). The one probe that needs no place; it finds it. ARP has no room for a nonce.
 */
export class ArpProbe implements Probe {
  readonly #ip: string;
  readonly #timeoutMs: number;
  #startedAt = 0;

  constructor(ip: string, timeoutMs: number) {
    this.#ip = ip;
    this.#timeoutMs = timeoutMs;
  }

  get deadline(): number {
    return this.#startedAt + this.#timeoutMs;
  }

  start(now: number): readonly Uint8Array[] {
    this.#startedAt = now;
    return this.repeat();
  }

  /** The same question again; its time goes on. */
  repeat(): readonly Uint8Array[] {
    return [arpRequest({ senderMac: PROBE_MAC, targetIp: this.#ip })];
  }

  onPacket(packet: Packet, now: number): Step {
    if (packet.arp?.spa !== this.#ip || !isProbeAnswer(packet)) return idle;
    return { frames: [], outcome: { kind: 'answered', ms: now - this.#startedAt, reason: 'answers ARP' } };
  }

  onDeadline(now: number): Step {
    return now < this.deadline ? idle : { frames: [], outcome: { kind: 'silent', reason: 'no answer to ARP' } };
  }
}

/** A reply to our own address whose two layers agree about its sender. */
function isProbeAnswer({ arp, ethernet }: Packet): boolean {
  return arp?.op === ARP_OP.REPLY && arp.sha === ethernet.src && arp.tha === PROBE_MAC;
}
