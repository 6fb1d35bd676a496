import type { Packet } from '../../openflow/packet/packet.ts';
import type { Switch } from '../core/switch.ts';

/** A packet for a VIP, as its switch sent it to us. */
export interface Arrival {
  readonly at: Switch;
  readonly inPort: number;
  readonly frame: Uint8Array;
  readonly packet: Packet;
}
