import { ARP_OP } from '../../openflow/packet/arp.ts';
import { arpRequest } from '../../openflow/packet/arp-message.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';
import { idle, type Limits, type Probe } from './probe.ts';

/**
 * Asks who has an address (RFC 5227, 2.1.1: the sender address is 0.0.0.0, so no address in the data network is needed and nobody
 * learns anything wrong). The one probe that needs no place; it finds it. ARP has no room for a nonce.
 */
export function arpProbe(ip: string, { timeoutMs }: Limits, startedAt: number): Probe {
  const deadline = startedAt + timeoutMs;
  return {
    frames: [arpRequest({ senderMac: PROBE_MAC, targetIp: ip })],
    deadline,
    onPacket(packet, now) {
      if (packet.arp?.spa !== ip || !isProbeAnswer(packet)) return idle;
      return { frames: [], outcome: { kind: 'answered', ms: now - startedAt, reason: 'answers ARP' } };
    },
    onDeadline: now => (now < deadline ? idle : { frames: [], outcome: { kind: 'silent', reason: 'no answer to ARP' } }),
  };
}

/** Whether a packet answers ARP that was sent under our own address. */
export function isArpAnswer({ ethernet, arp }: Packet): boolean {
  return arp?.op === ARP_OP.REPLY && ethernet.dst === PROBE_MAC;
}

/** A reply to our own address whose two layers agree about its sender. */
function isProbeAnswer({ arp, ethernet }: Packet): boolean {
  return arp?.op === ARP_OP.REPLY && arp.sha === ethernet.src && arp.tha === PROBE_MAC;
}
