import { OFPP } from '../../openflow/index.ts';
import { build } from '../../openflow/packet/build.ts';
import type { Packet } from '../../openflow/packet/packet.ts';
import type { Dpid } from '../core/dpid.ts';
import { frameOut } from '../core/flow.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';
import type { Findings } from './findings.ts';
import type { ServerCheck } from './server-check.ts';

/** How long an echo is waited for; a control connection that is slower than this is about to be given up anyway. */
export const ECHO_PATIENCE_MS = 5000;

/** For private use on a link (IEEE 802, local experimental); the frame never gets onto one. */
const ETH_TYPE_EXPERIMENTAL = 0x88b5;

/**
 * Asks a switch whether its control channel is merely slow, before a server behind it is blamed for silence. An echo is sent after the
 * probe and overtakes nothing, on the way there and back: when it is back first, the server had its time and did not use it.
 */
export class Echoes {
  readonly #waiting = new Map<number, { readonly dpid: Dpid; readonly at: number; readonly who: Set<ServerCheck> }>();
  /** Whether a switch sends echoes back, once that is known; of one that does not nothing can be learnt so. */
  readonly #able = new Map<Dpid, boolean>();
  #serial = 0;

  /**
   * Whether a server that has not answered may be blamed: `none` it may, `waiting` the channel is asked whether it has brought everything,
   * `dead` nothing can be said of the server.
   */
  doubt(check: ServerCheck, dpid: Dpid, found: Findings, now: number): 'none' | 'waiting' | 'dead' {
    if (check.isChannelSure || now < check.lastAt || this.#able.get(dpid) === false) return 'none';
    check.echo ??= { serial: this.#ask(dpid, check, found, now), until: now + ECHO_PATIENCE_MS };
    if (now < check.echo.until) return 'waiting';
    if (this.#able.get(dpid) === true) return 'dead';
    this.#able.set(dpid, false);
    return 'none';
  }

  /** Waits for an echo that is sent now, or was sent at this moment already. */
  #ask(dpid: Dpid, check: ServerCheck, found: Findings, now: number): number {
    const last = this.#waiting.get(this.#serial);
    if (last !== undefined && last.dpid === dpid && last.at === now) {
      last.who.add(check);
      return this.#serial;
    }
    this.#serial = (this.#serial + 1) >>> 0;
    this.#waiting.set(this.#serial, { dpid, at: now, who: new Set([check]) });
    for (const [serial, { at }] of this.#waiting) {
      if (now - at <= ECHO_PATIENCE_MS) break;
      this.#waiting.delete(serial);
    }
    found.commands.push(frameOut(dpid, OFPP.CONTROLLER, echoFrame(this.#serial)));
    return this.#serial;
  }

  /** An echo is back: who waited for it. */
  back(dpid: Dpid, serial: number): Iterable<ServerCheck> {
    const waiting = this.#waiting.get(serial);
    if (waiting?.dpid !== dpid) return [];
    this.#waiting.delete(serial);
    this.#able.set(dpid, true);
    return waiting.who;
  }

  forget(dpid: Dpid): void {
    this.#able.delete(dpid);
  }
}

/** A frame for a switch to send straight back to the controller. */
export function echoFrame(serial: number): Uint8Array {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(serial);
  return build({ ethernet: { src: PROBE_MAC, dst: PROBE_MAC, type: ETH_TYPE_EXPERIMENTAL }, payload });
}

/** The serial of such a frame; undefined for all other packets. */
export function echoedSerial({ ethernet, payload }: Packet): number | undefined {
  const isEcho = ethernet.type === ETH_TYPE_EXPERIMENTAL && ethernet.src === PROBE_MAC && ethernet.dst === PROBE_MAC;
  if (!isEcho || payload.length < 4) return undefined;
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
