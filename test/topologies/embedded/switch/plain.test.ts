import { beforeEach, describe, expect, it } from 'vitest';
import { type ActionInput, type Message, type MessageInput, OFPBAC, OFPBMC, OFPBRC, OFPET } from '../../../../openflow/index.ts';
import { ONF_BCT } from '../../../../openflow/protocol/onf-messages.ts';
import { OFPCR_ROLE } from '../../../../openflow/protocol/roles.ts';
import { VirtualClock } from '../../../../topologies/embedded/clock.ts';
import { type Channel, EmbeddedSwitch } from '../../../../topologies/embedded/switch/embedded-switch.ts';

const ports = [1, 2].map(number => ({ number, name: `s1-eth${number}`, mac: `02:00:00:00:01:0${number}` }));
const TCP_ONLY = { ethType: 0x800, ipProto: 6 } as const;
const OUTPUT: ActionInput = { type: 'output', port: 2 };

const apply = (...actions: readonly ActionInput[]) => [{ type: 'applyActions' as const, actions: [...actions] }];

describe('a plain switch', () => {
  let at: EmbeddedSwitch;
  let heard: Message[];
  let channel: Channel;

  beforeEach(() => {
    heard = [];
    const clock = new VirtualClock();
    at = new EmbeddedSwitch({ name: 's1', dpid: '0000000000000001', ports, clock, plain: true, output: () => undefined });
    channel = at.channel(message => heard.push(message));
  });

  it('calls itself by a name of its own', () => {
    channel.send({ type: 'multipartRequest', kind: 'desc' });
    expect(heard).toMatchObject([{ body: { mfrDesc: 'vipflow', hwDesc: 'vipflow plain switch', dpDesc: 's1' } }]);
  });

  it('does all that OpenFlow 1.3 has', () => {
    const flow: MessageInput = {
      type: 'flowMod',
      match: { ...TCP_ONLY, ipv4Dst: '10.0.0.100', metadata: 1n },
      instructions: apply({ type: 'setField', field: { ipv4Dst: '10.0.0.1' } }, { type: 'decNwTtl' }, OUTPUT),
    };
    channel.send(flow);
    channel.send({ type: 'groupMod', groupId: 1, groupType: 1, buckets: [{ weight: 1, actions: [OUTPUT] }] });
    channel.send({ type: 'meterMod', meterId: 1, bands: [{ type: 'drop', rate: 1, burstSize: 1 }] });
    channel.send({ type: 'roleRequest', role: OFPCR_ROLE.MASTER, generationId: 1n });
    expect(heard).toMatchObject([{ type: 'roleReply' }]);
    expect(at.datapath.flowCount()).toBe(1);
  });

  const actions: readonly ActionInput[] = [
    { type: 'regMove', nBits: 16, src: 'tcpDst', dst: 'reg0' },
    { type: 'regLoad', bits: { ofs: 0, nBits: 32 }, dst: 'reg0', value: 1n },
    { type: 'finTimeout', finIdleTimeout: 5 },
    { type: 'learn', specs: [] },
    { type: 'resubmitTable', tableId: 2 },
    { type: 'controller' },
    { type: 'experimenter', experimenter: 0x2320, data: new Uint8Array(8) },
  ];
  it.each(actions)('refuses the action $type', action => {
    const error = { type: 'error', xid: 7, errType: OFPET.BAD_ACTION, code: OFPBAC.BAD_EXPERIMENTER };
    channel.send({ type: 'flowMod', xid: 7, match: TCP_ONLY, instructions: apply(OUTPUT, action) });
    channel.send({ type: 'packetOut', xid: 7, actions: [action], data: new Uint8Array(60) });
    channel.send({ type: 'groupMod', xid: 7, groupId: 1, buckets: [{ actions: [action] }] });
    expect(heard).toMatchObject([error, error, error]);
    expect(at.datapath.flowCount()).toBe(0);
  });

  it.each([{ tcpFlags: 2 }, { reg0: 1 }, { xreg0: 1n }, { pktMark: 1 }, { ipFrag: 1 }, { nxmTcpDst: 80 }])(
    'refuses a match on %o',
    field => {
      const match = { ...TCP_ONLY, ...field };
      channel.send({ type: 'flowMod', xid: 8, match });
      channel.send({ type: 'multipartRequest', xid: 8, kind: 'flow', body: { match } });
      const error = { type: 'error', xid: 8, errType: OFPET.BAD_MATCH, code: OFPBMC.BAD_FIELD };
      expect(heard).toMatchObject([error, error]);
    },
  );

  it('refuses to set a field that it does not have', () => {
    channel.send({ type: 'flowMod', instructions: apply({ type: 'setField', field: { reg0: 1 } }) });
    expect(heard).toMatchObject([{ errType: OFPET.BAD_ACTION, code: OFPBAC.BAD_SET_TYPE }]);
  });

  it('refuses bundles and messages of experimenters', () => {
    channel.send({ type: 'bundleControl', bundleId: 1, controlType: ONF_BCT.OPEN_REQUEST, flags: 1 });
    channel.send({ type: 'experimenter', experimenter: 0x4f4e4600, expType: 1, data: new Uint8Array(8) });
    const error = { type: 'error', errType: OFPET.BAD_REQUEST, code: OFPBRC.BAD_EXPERIMENTER };
    expect(heard).toMatchObject([error, error]);
  });

  it('does not tell a master that it is one no longer', () => {
    const other: Message[] = [];
    const second = at.channel(message => other.push(message));
    channel.send({ type: 'roleRequest', role: OFPCR_ROLE.MASTER, generationId: 1n });
    second.send({ type: 'roleRequest', role: OFPCR_ROLE.MASTER, generationId: 2n });
    channel.send({ type: 'roleRequest', role: OFPCR_ROLE.NOCHANGE });
    expect(heard).toMatchObject([
      { type: 'roleReply', role: OFPCR_ROLE.MASTER },
      { type: 'roleReply', role: OFPCR_ROLE.SLAVE },
    ]);
  });

  it('lists no fields but those of OpenFlow 1.3', () => {
    channel.send({ type: 'multipartRequest', kind: 'tableFeatures' });
    const text = JSON.stringify(heard[0], (_, value) => (typeof value === 'bigint' ? String(value) : value));
    expect(text).toContain('ipv4Dst');
    expect(text).not.toMatch(/reg\d|tcpFlags|pktMark|actsetOutput/);
  });
});
