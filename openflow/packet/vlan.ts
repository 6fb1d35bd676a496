import { DecodeError, EncodeError } from '../wire/errors.ts';
import type { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

/** Tag protocol identifiers: customer (802.1Q), service (802.1ad), and the one in use before 802.1ad. */
export const TPID = { CUSTOMER: 0x8100, SERVICE: 0x88a8, OLD_QINQ: 0x9100 } as const;

/** More tags than this are refused. */
export const MAX_TAGS = 4;

/** One tag (IEEE 802.1Q, 9.6). */
export interface VlanTag {
  readonly tpid: number;
  readonly pcp: number;
  readonly dei: boolean;
  readonly vid: number;
}

/** Left out: `tpid` 0x8100, `pcp` 0, `dei` false. */
export type VlanInput = Pick<VlanTag, 'vid'> & Partial<VlanTag>;

export function isTpid(type: number): boolean {
  return type === TPID.CUSTOMER || type === TPID.SERVICE || type === TPID.OLD_QINQ;
}

/** Reads the tags behind a first TPID, and the type that follows them. */
export function decodeVlan(r: Reader, firstTpid: number): { vlan: VlanTag[]; type: number } {
  const vlan: VlanTag[] = [];
  let type = firstTpid;
  while (isTpid(type)) {
    if (vlan.length === MAX_TAGS) throw new DecodeError('TOO_LARGE', r.pos, `more than ${MAX_TAGS} VLAN tags`);
    const tci = r.u16();
    vlan.push({ tpid: type, pcp: tci >> 13, dei: (tci & 0x1000) !== 0, vid: tci & 0xfff });
    type = r.u16();
  }
  return { vlan, type };
}

export function encodeVlan(w: Writer, { tpid = TPID.CUSTOMER, pcp = 0, dei = false, vid }: VlanInput): void {
  if (!isTpid(tpid)) throw new EncodeError(`0x${tpid.toString(16)} is no tag protocol identifier`);
  if ((pcp & 7) !== pcp || (vid & 0xfff) !== vid) throw new EncodeError(`pcp ${pcp} or vid ${vid} is out of range`);
  w.u16(tpid);
  w.u16((pcp << 13) | (dei ? 0x1000 : 0) | vid);
}
