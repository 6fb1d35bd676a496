import {
  type ActionInput,
  CT_STATE,
  encode,
  type InstructionInput,
  type Match,
  type MessageInput,
  OFPP,
  TCP_FLAGS,
} from '../../openflow/index.ts';
import { FIELDS, type Field } from '../../openflow/protocol/fields.ts';

/** One instance of everything, with a meaning, for judges who look at meanings. */

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

const VALUES: Readonly<Record<string, unknown>> = {
  vlanVid: 0x1005,
  arpOp: 1,
  tcpFlags: TCP_FLAGS.SYN,
  ipFrag: { value: 1, mask: 1 },
  nxmEthType: 0x0800,
  nxmIpTos: 4,
  ipv6NdTarget: 'fe80::1',
  icmpv6Type: 135,
};

const PRESENT: Readonly<Record<string, unknown>> = { vlanVid: 0x1005, ctState: TRACKED };

/** A match with a field and all it needs. */
export function fieldSample(field: Field): Match {
  const match: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(field.needs)) match[name] = values === 'present' ? PRESENT[name] : values[0];
  const byKind: Readonly<Record<string, unknown>> = {
    bigint: 5n,
    mac: '02:00:00:00:00:01',
    ipv4: '10.0.0.1',
    ipv6: '2001:db8::1',
  };
  match[field.name] = VALUES[field.name] ?? byKind[field.codec.shape.kind] ?? 1;
  return match as Match;
}

export const FIELD_SAMPLES: readonly (readonly [name: string, match: Match])[] = FIELDS.map(field => [
  field.name,
  fieldSample(field),
]);

const port = { portNo: 1, hwAddr: '02:00:00:00:00:01', name: 's1-eth1', state: 4, curr: 0x840, currSpeed: 10_000_000 };
const flow: MessageInput = { type: 'flowMod', match: { inPort: 1 }, instructions: [{ type: 'gotoTable', tableId: 1 }] };
const bucket = { weight: 1, actions: [{ type: 'output', port: 1 }] } as const;
const times = { durationSec: 10, durationNsec: 500_000_000 } as const;
const bands = [
  { type: 'drop', rate: 100, burstSize: 10 },
  { type: 'dscpRemark', rate: 50, burstSize: 10, precLevel: 1 },
] as const;
const features = {
  tableId: 0,
  name: 'classifier',
  metadataMatch: 2n ** 64n - 1n,
  metadataWrite: 2n ** 64n - 1n,
  config: 0,
  maxEntries: 1000,
  properties: [
    { type: 'instructions', ids: ['gotoTable', 'applyActions', 'writeActions'] },
    { type: 'instructionsMiss', ids: ['gotoTable'] },
    { type: 'nextTables', tableIds: [1, 2, 3] },
    { type: 'nextTablesMiss', tableIds: [1] },
    { type: 'writeActions', ids: ['output', 'group', 'setField'] },
    { type: 'writeActionsMiss', ids: ['output'] },
    { type: 'applyActions', ids: ['output', 'pushVlan'] },
    { type: 'applyActionsMiss', ids: ['output'] },
    {
      type: 'match',
      fields: [
        { field: 'inPort', maskable: false },
        { field: 'ipv4Dst', maskable: true },
      ],
    },
    { type: 'wildcards', fields: [{ field: 'inPort', maskable: false }] },
    { type: 'writeSetfield', fields: [{ field: 'ethDst', maskable: false }] },
    { type: 'writeSetfieldMiss', fields: [] },
    { type: 'applySetfield', fields: [{ field: 'ethDst', maskable: false }] },
    { type: 'applySetfieldMiss', fields: [] },
  ],
} as const;
const maskPairs = { packetInMask: [7, 0], portStatusMask: [7, 7], flowRemovedMask: [15, 0] } as const;
const rx = {
  rxPackets: 1n,
  txPackets: 2n,
  rxBytes: 3n,
  txBytes: 4n,
  rxDropped: 0n,
  txDropped: 0n,
  rxErrors: 0n,
  txErrors: 0n,
} as const;

/** Each message, each multipart kind in both directions. */
export const MESSAGE_SAMPLES: readonly MessageInput[] = [
  { type: 'hello', elements: [{ type: 'versionBitmap', bitmaps: [0x10] }] },
  { type: 'error', errType: 1, code: 6, data: encode(flow) },
  { type: 'echoRequest', data: bytes('616263') },
  { type: 'echoReply', data: bytes('616263') },
  { type: 'experimenter', experimenter: 0x00c0ffee, expType: 1, data: new Uint8Array(8) },
  { type: 'featuresRequest' },
  { type: 'featuresReply', datapathId: 1n, nTables: 254, capabilities: 0x4f },
  { type: 'getConfigRequest' },
  { type: 'getConfigReply', missSendLen: 128 },
  { type: 'setConfig', missSendLen: 0xffff },
  { type: 'packetIn', totalLen: 14, reason: 1, tableId: 0, match: { inPort: 1 }, data: bytes('ffffffffffff02000000000188b5') },
  {
    type: 'flowRemoved',
    cookie: 1n,
    priority: 5,
    reason: 0,
    tableId: 1,
    ...times,
    idleTimeout: 60,
    hardTimeout: 0,
    packetCount: 3n,
    byteCount: 180n,
    match: TCP,
  },
  { type: 'portStatus', reason: 2, desc: port },
  { type: 'packetOut', actions: [{ type: 'output', port: OFPP.FLOOD }], data: bytes('ffffffffffff02000000000188b5') },
  flow,
  { type: 'groupMod', groupType: 1, groupId: 1, buckets: [bucket, { ...bucket, weight: 2 }] },
  { type: 'portMod', portNo: 1, hwAddr: '02:00:00:00:00:01', config: 1, mask: 1 },
  { type: 'tableMod', tableId: 0, config: 0 },
  { type: 'barrierRequest' },
  { type: 'barrierReply' },
  { type: 'queueGetConfigRequest', port: 1 },
  {
    type: 'queueGetConfigReply',
    port: 1,
    queues: [
      {
        queueId: 1,
        port: 1,
        properties: [
          { type: 'minRate', rate: 500 },
          { type: 'maxRate', rate: 900 },
        ],
      },
    ],
  },
  { type: 'roleRequest', role: 2, generationId: 5n },
  { type: 'roleReply', role: 2, generationId: 5n },
  { type: 'getAsyncRequest' },
  { type: 'getAsyncReply', ...maskPairs },
  { type: 'setAsync', ...maskPairs },
  { type: 'meterMod', meterId: 1, flags: 5, bands },
  { type: 'multipartRequest', kind: 'desc' },
  { type: 'multipartReply', kind: 'desc', body: { mfrDesc: 'm', hwDesc: 'h', swDesc: 's', serialNum: '1', dpDesc: 'd' } },
  { type: 'multipartRequest', kind: 'flow', body: { tableId: 1, match: TCP } },
  {
    type: 'multipartReply',
    kind: 'flow',
    body: [
      {
        tableId: 1,
        ...times,
        priority: 5,
        idleTimeout: 60,
        hardTimeout: 0,
        flags: 1,
        cookie: 1n,
        packetCount: 3n,
        byteCount: 180n,
        match: TCP,
        instructions: [{ type: 'gotoTable', tableId: 2 }],
      },
    ],
  },
  { type: 'multipartRequest', kind: 'aggregate' },
  { type: 'multipartReply', kind: 'aggregate', body: { packetCount: 1n, byteCount: 2n, flowCount: 3 } },
  { type: 'multipartRequest', kind: 'table' },
  { type: 'multipartReply', kind: 'table', body: [{ tableId: 0, activeCount: 1, lookupCount: 2n, matchedCount: 3n }] },
  { type: 'multipartRequest', kind: 'portStats' },
  {
    type: 'multipartReply',
    kind: 'portStats',
    body: [{ portNo: 1, ...rx, rxFrameErr: 0n, rxOverErr: 0n, rxCrcErr: 0n, collisions: 0n, ...times }],
  },
  { type: 'multipartRequest', kind: 'queue' },
  {
    type: 'multipartReply',
    kind: 'queue',
    body: [{ portNo: 1, queueId: 2, txBytes: 3n, txPackets: 4n, txErrors: 5n, ...times }],
  },
  { type: 'multipartRequest', kind: 'group' },
  {
    type: 'multipartReply',
    kind: 'group',
    body: [
      { groupId: 1, refCount: 1, packetCount: 3n, byteCount: 4n, ...times, bucketStats: [{ packetCount: 3n, byteCount: 4n }] },
    ],
  },
  { type: 'multipartRequest', kind: 'groupDesc' },
  { type: 'multipartReply', kind: 'groupDesc', body: [{ groupType: 1, groupId: 1, buckets: [bucket] }] },
  { type: 'multipartRequest', kind: 'groupFeatures' },
  {
    type: 'multipartReply',
    kind: 'groupFeatures',
    body: { types: 15, capabilities: 7, maxGroups: [9, 9, 9, 9], actions: [1, 1, 1, 1] },
  },
  { type: 'multipartRequest', kind: 'meter', body: { meterId: 1 } },
  {
    type: 'multipartReply',
    kind: 'meter',
    body: [
      {
        meterId: 1,
        flowCount: 1,
        packetInCount: 2n,
        byteInCount: 3n,
        ...times,
        bandStats: [{ packetBandCount: 1n, byteBandCount: 2n }],
      },
    ],
  },
  { type: 'multipartRequest', kind: 'meterConfig' },
  { type: 'multipartReply', kind: 'meterConfig', body: [{ flags: 5, meterId: 1, bands }] },
  { type: 'multipartRequest', kind: 'meterFeatures' },
  {
    type: 'multipartReply',
    kind: 'meterFeatures',
    body: { maxMeter: 100, bandTypes: 6, capabilities: 15, maxBands: 8, maxColor: 0 },
  },
  { type: 'multipartRequest', kind: 'tableFeatures' },
  { type: 'multipartReply', kind: 'tableFeatures', body: [features] },
  { type: 'multipartRequest', kind: 'portDesc' },
  { type: 'multipartReply', kind: 'portDesc', body: [port] },
  { type: 'multipartRequest', kind: 'experimenter', body: { experimenter: 0x00c0ffee, expType: 1, data: new Uint8Array(8) } },
  { type: 'multipartReply', kind: 'experimenter', body: { experimenter: 0x00c0ffee, expType: 1, data: new Uint8Array(8) } },
  { type: 'multipartRequest', kind: 'flowMonitor', body: [{ id: 1, flags: 0x3f }] },
  {
    type: 'multipartReply',
    kind: 'flowMonitor',
    body: [
      { type: 'added', reason: 0, priority: 5, idleTimeout: 0, hardTimeout: 0, tableId: 0, cookie: 1n, match: { inPort: 1 } },
      { type: 'abbrev', updateXid: 5 },
    ],
  },
  { type: 'flowMonitorCancel', id: 1 },
  { type: 'flowMonitorPaused' },
  { type: 'flowMonitorResumed' },
  { type: 'roleStatus', role: 3, reason: 0, generationId: 5n },
  { type: 'bundleControl', bundleId: 1, controlType: 0, flags: 3 },
  { type: 'bundleAdd', bundleId: 1, flags: 3, message: encode({ ...flow, xid: 0 }) },
  { type: 'setPacketInFormat', format: 2 },
  { type: 'flowAge' },
  { type: 'nxSetAsyncConfig', ...maskPairs },
  { type: 'setControllerId', controllerId: 5 },
  { type: 'tlvTableMod', command: 0, mappings: [{ optClass: 0xffff, optType: 0, optLen: 4, index: 0 }] },
  { type: 'tlvTableRequest' },
  {
    type: 'tlvTableReply',
    maxOptionSpace: 252,
    maxFields: 64,
    mappings: [{ optClass: 0xffff, optType: 0, optLen: 4, index: 0 }],
  },
  {
    type: 'setAsyncConfig2',
    properties: [
      { type: 'packetInSlave', mask: 5 },
      { type: 'portStatusMaster', mask: 7 },
    ],
  },
  { type: 'resume', properties: [{ type: 'packet', data: bytes('ffffffffffff02000000000188b5') }] },
  { type: 'ctFlushZone', zone: 13 },
  {
    type: 'packetIn2',
    properties: [
      { type: 'packet', data: bytes('ffffffffffff02000000000188b5') },
      { type: 'fullLen', fullLen: 64 },
      { type: 'bufferId', bufferId: 0x114 },
      { type: 'tableId', tableId: 7 },
      { type: 'cookie', cookie: 0xfedcba9876543210n },
      { type: 'reason', reason: 1 },
      { type: 'metadata', match: { inPort: 1, tunnelId: 5n } },
      { type: 'userdata', data: bytes('0102030405') },
    ],
  },
  {
    type: 'ctFlush',
    ipProto: 6,
    family: 0,
    properties: [
      {
        type: 'origTuple',
        tuple: [
          { type: 'src', address: '::ffff:10.0.0.1' },
          { type: 'dstPort', port: 80 },
        ],
      },
      { type: 'zoneId', zone: 5 },
    ],
  },
];
