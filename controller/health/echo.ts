import { build } from '../../openflow/packet/build.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';

/** For private use on a link (IEEE 802, local experimental); the frame never gets onto one. */
const ETH_TYPE_EXPERIMENTAL = 0x88b5;

/** A frame for a switch to send straight back to the controller. */
export function echoFrame(serial: number): Uint8Array {
  const payload = new Uint8Array(4);
  new DataView(payload.buffer).setUint32(0, serial);
  return build({ ethernet: { src: PROBE_MAC, dst: PROBE_MAC, type: ETH_TYPE_EXPERIMENTAL }, payload });
}

/** The serial of such a frame; undefined for all other packets. */
export function echoedSerial({ ethernet, payload }: Packet): number | undefined {
  const isEcho = ethernet.type === ETH_TYPE_EXPERIMENTAL && ethernet.src === PROBE_MAC && ethernet.dst === PROBE_MAC;
  if (!isEcho || payload.length < 4) return undefined;
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
