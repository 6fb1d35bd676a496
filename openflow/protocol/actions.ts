import { pad, rest, u8, u16, u32 } from '../wire/scalars.ts';
import { defaulted, struct } from '../wire/struct.ts';
import { oneField } from './match.ts';

/** How much of a packet goes to the controller (7.2.5). */
export const OFPCML = { MAX: 0xffe5, NO_BUFFER: 0xffff } as const;

/** Groups with a meaning (7.3.4.2). */
export const OFPG = { MAX: 0xffffff00, ALL: 0xfffffffc, ANY: 0xffffffff } as const;

const empty = struct({ _pad: pad(4) });

/** The actions of OpenFlow 1.3.5, 7.2.5. */
export const ACTIONS = {
  output: [0, struct({ port: u32, maxLen: defaulted(u16, OFPCML.NO_BUFFER), _pad: pad(6) }), '7.2.5'],
  copyTtlOut: [11, empty, '7.2.5'],
  copyTtlIn: [12, empty, '7.2.5'],
  setMplsTtl: [15, struct({ mplsTtl: u8, _pad: pad(3) }), '7.2.5'],
  decMplsTtl: [16, empty, '7.2.5'],
  pushVlan: [17, struct({ ethertype: defaulted(u16, 0x8100), _pad: pad(2) }), '7.2.5'],
  popVlan: [18, empty, '7.2.5'],
  pushMpls: [19, struct({ ethertype: defaulted(u16, 0x8847), _pad: pad(2) }), '7.2.5'],
  popMpls: [20, struct({ ethertype: u16, _pad: pad(2) }), '7.2.5'],
  setQueue: [21, struct({ queueId: u32 }), '7.2.5'],
  group: [22, struct({ groupId: u32 }), '7.2.5'],
  setNwTtl: [23, struct({ nwTtl: u8, _pad: pad(3) }), '7.2.5'],
  decNwTtl: [24, empty, '7.2.5'],
  setField: [25, struct({ field: oneField }), '7.2.5'],
  pushPbb: [26, struct({ ethertype: defaulted(u16, 0x88e7), _pad: pad(2) }), '7.2.5'],
  popPbb: [27, empty, '7.2.5'],
  experimenter: [0xffff, struct({ experimenter: u32, data: rest }), '7.2.5'],
} as const;
