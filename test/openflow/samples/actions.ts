import { type ActionInput, CT_STATE, type InstructionInput, type Match, OFPP } from '../../../openflow/index.ts';

const IPV4: Match = { ethType: 0x0800 };
const TCP: Match = { ethType: 0x0800, ipProto: 6 };
const ESTABLISHED = CT_STATE.TRK | CT_STATE.EST;
const TRACKED = { value: ESTABLISHED, mask: ESTABLISHED } as const;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** Each action, and the match it needs. */
export const ACTION_SAMPLES: readonly (readonly [action: ActionInput, match?: Match])[] = [
  [{ type: 'output', port: 2 }],
  [{ type: 'output', port: OFPP.CONTROLLER, maxLen: 128 }],
  [{ type: 'copyTtlOut' }],
  [{ type: 'copyTtlIn' }],
  [{ type: 'setMplsTtl', mplsTtl: 9 }, { ethType: 0x8847 }],
  [{ type: 'decMplsTtl' }, { ethType: 0x8847 }],
  [{ type: 'pushVlan' }],
  [{ type: 'popVlan' }, { vlanVid: 0x1005 }],
  [{ type: 'pushMpls' }, IPV4],
  [{ type: 'popMpls', ethertype: 0x0800 }, { ethType: 0x8847 }],
  [{ type: 'setQueue', queueId: 3 }],
  [{ type: 'group', groupId: 7 }],
  [{ type: 'setNwTtl', nwTtl: 64 }, IPV4],
  [{ type: 'decNwTtl' }, IPV4],
  [{ type: 'setField', field: { ipv4Dst: '10.0.0.1' } }, IPV4],
  [{ type: 'pushPbb' }],
  [{ type: 'popPbb' }],
  [{ type: 'experimenter', experimenter: 0x00c0ffee, data: new Uint8Array(8) }],
  [{ type: 'resubmit', inPort: 5 }],
  [{ type: 'setTunnel', tunId: 0x1234 }],
  [{ type: 'popQueue' }],
  [{ type: 'regMove', nBits: 48, src: 'ethSrc', dst: 'ethDst' }],
  [{ type: 'regLoad', bits: { ofs: 0, nBits: 32 }, dst: 'reg0', value: 5n }],
  [{ type: 'note', note: bytes('112233445566') }],
  [{ type: 'setTunnel64', tunId: 0x123456789abcn }],
  [{ type: 'multipath', fields: 1, basis: 50, algorithm: 0, maxLink: 2, arg: 0, bits: { ofs: 0, nBits: 16 }, dst: 'reg0' }],
  [
    {
      type: 'bundle',
      algorithm: 1,
      fields: 0,
      basis: 0,
      slaveType: 'nxmInPort',
      bits: { ofs: 0, nBits: 1 },
      dst: NONE(),
      slaves: [4, 8],
    },
  ],
  [
    {
      type: 'bundleLoad',
      algorithm: 1,
      fields: 0,
      basis: 0,
      slaveType: 'nxmInPort',
      bits: { ofs: 0, nBits: 16 },
      dst: 'reg0',
      slaves: [4, 8],
    },
  ],
  [{ type: 'resubmitTable', tableId: 2 }],
  [{ type: 'outputReg', bits: { ofs: 0, nBits: 16 }, src: 'reg1' }],
  [
    {
      type: 'learn',
      idleTimeout: 60,
      tableId: 2,
      specs: [
        { type: 'match', nBits: 48, from: { field: 'nxmEthSrc', ofs: 0 }, to: { field: 'nxmEthDst', ofs: 0 } },
        { type: 'load', nBits: 16, from: 7n, to: { field: 'reg0', ofs: 0 } },
        { type: 'output', nBits: 16, from: { field: 'nxmInPort', ofs: 0 } },
      ],
    },
  ],
  [{ type: 'exit' }],
  [{ type: 'finTimeout', finIdleTimeout: 5 }, TCP],
  [{ type: 'controller', maxLen: 1024, controllerId: 5 }],
  [{ type: 'decTtlCntIds', controllerIds: [1, 2, 3] }, IPV4],
  [{ type: 'nxWriteMetadata', metadata: 1n, metadataMask: 3n }],
  [{ type: 'stackPush', field: 'reg2', nBits: 32 }],
  [{ type: 'stackPop', field: 'reg2', nBits: 32 }],
  [{ type: 'sample', probability: 100, collectorSetId: 1, obsDomainId: 2, obsPointId: 3 }],
  [{ type: 'outputReg2', bits: { ofs: 0, nBits: 32 }, src: 'reg1' }],
  [{ type: 'regLoad2', field: { tcpDst: { value: 80, mask: 0xff } } }, TCP],
  [{ type: 'conjunction', clause: 0, nClauses: 2, id: 9 }],
  [
    { type: 'ct', flags: 1, zone: 5, recircTable: 3, actions: [{ type: 'nat', flags: 2, ipv4Min: '10.0.0.1', protoMin: 80 }] },
    TCP,
  ],
  [{ type: 'ct', flags: 0, zone: { field: 'reg3', ofs: 0, nBits: 16 } }, IPV4],
  [{ type: 'ct', actions: [{ type: 'nat', flags: 0 }] }, IPV4],
  [
    {
      type: 'controller2',
      properties: [
        { type: 'maxLen', maxLen: 512 },
        { type: 'controllerId', controllerId: 3 },
        { type: 'reason', reason: 1 },
        { type: 'userdata', data: bytes('0102030405') },
        { type: 'pause' },
      ],
    },
  ],
  [{ type: 'sample2', probability: 100, collectorSetId: 1, obsDomainId: 2, obsPointId: 3, samplingPort: 4 }],
  [{ type: 'outputTrunc', port: 3, maxLen: 100 }],
  [{ type: 'sample3', probability: 100, collectorSetId: 1, obsDomainId: 2, obsPointId: 3, samplingPort: 4, direction: 1 }],
  [{ type: 'clone', actions: [{ type: 'pushVlan' }, { type: 'output', port: 3 }] }],
  [{ type: 'ctClear' }],
  [
    { type: 'resubmitTableCt', tableId: 2 },
    { ...IPV4, ctState: TRACKED },
  ],
  [
    {
      type: 'learn2',
      limit: 10,
      flags: 4,
      resultDstOfs: 0,
      resultDst: 'reg4',
      specs: [{ type: 'match', nBits: 48, from: { field: 'nxmEthSrc', ofs: 0 }, to: { field: 'nxmEthDst', ofs: 0 } }],
    },
  ],
  [{ type: 'encap', newPktType: 0x0001894f }],
  [{ type: 'decap', newPktType: 0x0000fffe }],
  [{ type: 'decNshTtl' }, { ethType: 0x894f }],
  [{ type: 'checkPktLarger', pktLen: 1500, dst: 'reg0' }],
  [{ type: 'deleteField', field: { class: 1, field: 40, hasMask: false, length: 124 } }],
];

/** A field header of zeros, which `bundle` wants. */
function NONE() {
  return { class: 0, field: 0, hasMask: false, length: 0 } as const;
}

export const INSTRUCTION_SAMPLES: readonly InstructionInput[] = [
  { type: 'gotoTable', tableId: 3 },
  { type: 'writeMetadata', metadata: 0x1234n, metadataMask: 0xffffn },
  { type: 'writeActions', actions: [{ type: 'output', port: 1 }] },
  { type: 'applyActions', actions: [{ type: 'output', port: 1 }] },
  { type: 'clearActions' },
  { type: 'meter', meterId: 4 },
  { type: 'experimenter', experimenter: 0x00c0ffee, data: new Uint8Array(8) },
];
