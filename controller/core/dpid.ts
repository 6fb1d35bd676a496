declare const brand: unique symbol;

/** A datapath id as 16 lower-case hex digits: `0000000000000001`. */
export type Dpid = string & { readonly [brand]: 'Dpid' };

/** From the 64-bit number of FEATURES_REPLY (OpenFlow 1.3.5, 7.3.1). */
export function toDpid(datapathId: bigint): Dpid {
  return datapathId.toString(16).padStart(16, '0') as Dpid;
}
