import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Connection,
  connect,
  decode,
  encode,
  Framer,
  headerOf,
  listen,
  type Message,
  type Server,
} from '../../openflow/index.ts';
import { MESSAGES } from '../../openflow/protocol/messages.ts';
import { pcapOf } from '../openflow/capture-file.ts';
import { hasOvs } from '../openflow/private-ovs.ts';
import { MESSAGE_SAMPLES } from '../openflow/samples/messages.ts';

const runs = (program: string, ...args: string[]): boolean => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const hasOsken = runs('/usr/bin/python3', '-c', 'import os_ken');
const hasTshark = runs('tshark', '--version');

/** The message type of all extensions, which os-ken keeps as bytes. */
const EXPERIMENTER = 4;

const port = { portNo: 1, hwAddr: '02:00:00:00:00:01', name: 's1-eth1' };
const FRAME = Uint8Array.from(Buffer.from(`02000000000202000000000108${'00'.repeat(47)}`, 'hex'));

/** Answers a controller as a switch of one port does. */
function answerAsSwitch(connection: Connection): void {
  connection.on('message', message => {
    const { xid } = message;
    if (message.type === 'featuresRequest')
      connection.send({ type: 'featuresReply', xid, datapathId: 0xabcn, nTables: 4, nBuffers: 0 });
    else if (message.type === 'barrierRequest') connection.send({ type: 'barrierReply', xid });
    else if (message.type === 'getConfigRequest') connection.send({ type: 'getConfigReply', xid, missSendLen: 128 });
    else if (message.type === 'multipartRequest' && message.kind === 'portDesc') {
      connection.send({ type: 'multipartReply', xid, kind: 'portDesc', body: [port] });
    } else if (message.type === 'multipartRequest' && message.kind === 'desc') {
      connection.send({
        type: 'multipartReply',
        xid,
        kind: 'desc',
        body: { mfrDesc: 'vipflow', hwDesc: 'h', swDesc: 's', serialNum: '1', dpDesc: 'd' },
      });
    } else if (message.type === 'multipartRequest' && message.kind === 'flow') {
      const rest = { durationSec: 1, durationNsec: 0, idleTimeout: 0, hardTimeout: 0, flags: 0, packetCount: 1n, byteCount: 60n };
      const flow = { ...rest, tableId: 1, priority: 7, cookie: 0xfeedn, match: { ethType: 0x0800, ipv4Dst: '10.0.0.9' } };
      connection.send({ type: 'multipartReply', xid, kind: 'flow', flags: 1, body: [flow] });
      connection.send({ type: 'multipartReply', xid, kind: 'flow', body: [{ ...flow, tableId: 2 }] });
    }
  });
}

describe.skipIf(!hasOvs())('ovs-ofctl as our controller (skipped without Open vSwitch)', () => {
  let server: Server;
  beforeAll(async () => {
    server = await listen({ host: '127.0.0.1', port: 0 }, { role: 'switch' });
    server.on('connection', answerAsSwitch);
  });
  afterAll(() => server.close());

  const ofctl = (...args: string[]) =>
    new Promise<string>((resolve, reject) => {
      const { port: tcp } = server.address as { port: number };
      const child = spawn('ovs-ofctl', ['-O', 'OpenFlow13', '--timeout=5', args[0]!, `tcp:127.0.0.1:${tcp}`, ...args.slice(1)]);
      let text = '';
      child.stdout.on('data', chunk => {
        text += chunk;
      });
      child.once('close', code => (code === 0 ? resolve(text) : reject(new Error(`${args[0]}: exit ${code}`))));
    });

  it('reads our features, ports and flows', async () => {
    expect(await ofctl('show')).toMatch(/dpid:0000000000000abc[\s\S]*s1-eth1/);
    expect(await ofctl('dump-flows')).toMatch(/cookie=0xfeed.*table=1.*nw_dst=10\.0\.0\.9[\s\S]*table=2/);
    expect(await ofctl('dump-desc')).toMatch(/vipflow/);
  });
});

/** A port of this machine that nobody uses now. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve));
  const { port: found } = probe.address() as { port: number };
  await new Promise(resolve => probe.close(resolve));
  return found;
}

/** Multipart kinds whose bodies tshark 4.0 takes for its own and cannot read to the end. */
const TSHARK_LACKS: readonly string[] = ['experimenter', 'flowMonitor'];

/** A learning switch without the learning, in os-ken's words. */
const OSKEN_APP = `
from os_ken.base import app_manager
from os_ken.controller import ofp_event
from os_ken.controller.handler import CONFIG_DISPATCHER, MAIN_DISPATCHER, set_ev_cls
from os_ken.ofproto import ofproto_v1_3

class Switch(app_manager.OSKenApp):
    OFP_VERSIONS = [ofproto_v1_3.OFP_VERSION]

    @set_ev_cls(ofp_event.EventOFPSwitchFeatures, CONFIG_DISPATCHER)
    def features(self, ev):
        dp, p = ev.msg.datapath, ev.msg.datapath.ofproto_parser
        apply = p.OFPInstructionActions(4, [p.OFPActionOutput(0xfffffffd, 0xffff)])
        dp.send_msg(p.OFPFlowMod(datapath=dp, priority=0, match=p.OFPMatch(), instructions=[apply]))
        match = p.OFPMatch(eth_type=0x0800, ip_proto=6, ipv4_dst=('10.0.0.0', '255.255.255.0'), tcp_dst=80)
        actions = [p.OFPActionSetField(ipv4_dst='10.0.0.1'), p.OFPActionDecNwTtl(), p.OFPActionGroup(7)]
        dp.send_msg(p.OFPFlowMod(datapath=dp, priority=9, match=match, instructions=[p.OFPInstructionActions(4, actions), p.OFPInstructionGotoTable(1)]))
        bucket = p.OFPBucket(weight=1, actions=[p.OFPActionOutput(1)])
        dp.send_msg(p.OFPGroupMod(dp, 0, 1, 7, [bucket]))
        dp.send_msg(p.OFPMeterMod(dp, 0, 1, 5, [p.OFPMeterBandDrop(100, 10)]))
        for request in (p.OFPPortStatsRequest(dp, 0, 0xffffffff), p.OFPTableFeaturesStatsRequest(dp), p.OFPRoleRequest(dp, 2, 5),
                        p.OFPGetAsyncRequest(dp), p.OFPSetAsync(dp, [7, 0], [7, 7], [15, 0]), p.OFPBarrierRequest(dp),
                        p.OFPQueueStatsRequest(dp, 0, 1, 2), p.OFPAggregateStatsRequest(dp, 0, 255, 0xffffffff, 0xffffffff, 0, 0, match)):
            dp.send_msg(request)

    @set_ev_cls(ofp_event.EventOFPPacketIn, MAIN_DISPATCHER)
    def packet_in(self, ev):
        msg, dp = ev.msg, ev.msg.datapath
        p = dp.ofproto_parser
        dp.send_msg(p.OFPPacketOut(datapath=dp, buffer_id=0xffffffff, in_port=msg.match['in_port'], actions=[p.OFPActionOutput(0xfffffffb)], data=msg.data))
`;

describe.skipIf(!hasOsken)('os-ken (skipped without python3-os-ken)', () => {
  let child: ChildProcess;
  let tcp: number;
  let directory: string;
  beforeAll(async () => {
    tcp = await freePort();
    directory = mkdtempSync(join(tmpdir(), 'openflow-osken-'));
    const app = join(directory, 'osken_switch.py');
    writeFileSync(app, OSKEN_APP);
    child = spawn('/usr/bin/python3', ['/usr/bin/osken-manager', app, '--ofp-tcp-listen-port', String(tcp)], { stdio: 'ignore' });
  });
  afterAll(async () => {
    if (child.exitCode === null && child.kill('SIGKILL')) await new Promise(resolve => child.once('exit', resolve));
    rmSync(directory, { recursive: true });
  });

  async function connected(): Promise<Connection> {
    for (let tries = 0; ; tries++) {
      try {
        return await connect({ host: '127.0.0.1', port: tcp }, { role: 'switch' });
      } catch (error) {
        if (tries === 60) throw error;
        await new Promise(resolve => setTimeout(resolve, 250));
      }
    }
  }

  it('controls us, and we read and write back all it says', async () => {
    const connection = await connected();
    const framer = new Framer();
    const frames: Uint8Array[] = [];
    const received: Message[] = [];
    connection.socket.on('data', (chunk: Uint8Array) => frames.push(...framer.push(chunk).map(frame => Uint8Array.from(frame))));
    connection.on('message', message => received.push(message));
    answerAsSwitch(connection);
    const until = async (type: Message['type']): Promise<void> => {
      for (let tries = 0; tries < 1_000 && !received.some(message => message.type === type); tries++)
        await new Promise(resolve => setTimeout(resolve, 25));
      expect(received.map(message => message.type)).toContain(type);
    };
    await until('flowMod'); // its table-miss entry
    connection.send({ type: 'packetIn', totalLen: FRAME.length, reason: 0, tableId: 0, match: { inPort: 1 }, data: FRAME });
    await until('packetOut');
    expect(received.map(message => message.type)).toEqual(
      expect.arrayContaining(['groupMod', 'meterMod', 'setAsync', 'roleRequest', 'multipartRequest']),
    );
    for (const frame of frames) {
      const message = decode(frame);
      expect(message.type).not.toBe('unknown');
      expect(Buffer.from(encode(message)).toString('hex')).toBe(Buffer.from(frame).toString('hex'));
    }
    connection.close();
  });

  it('reads our standard messages', () => {
    // it has no parser for what only a controller sends
    const fromController = (type: string): boolean =>
      (MESSAGES as Readonly<Record<string, readonly unknown[]>>)[type]?.[3] === 'controller';
    const standard = MESSAGE_SAMPLES.filter(message => encode(message)[1] !== EXPERIMENTER && !fromController(message.type));
    const script = [
      'import sys',
      'from os_ken.ofproto import ofproto_parser, ofproto_protocol, ofproto_v1_3_parser',
      'dp = ofproto_protocol.ProtocolDesc(version=4)',
      'for line in sys.stdin:',
      '    b = bytes.fromhex(line.strip())',
      '    v, t, l, x = ofproto_parser.header(b)',
      '    try:',
      '        m = ofproto_parser.msg(dp, v, t, l, x, b)',
      '        print(type(m).__name__)',
      '    except Exception as e:',
      '        print("error", t, repr(e))',
    ].join('\n');
    const input = standard.map(message => Buffer.from(encode(message)).toString('hex')).join('\n');
    const said = execFileSync('/usr/bin/python3', ['-c', script], {
      input: `${input}\n`,
      encoding: 'utf8',
      timeout: 20_000,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
      .trim()
      .split('\n');
    const wrong = said.map((line, i) => `${standard[i]!.type}: ${line}`).filter(line => /: (error|None)/.test(line));
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(!hasTshark)('tshark (skipped without tshark)', () => {
  it('finds the same types, lengths and transaction ids, and nothing malformed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'openflow-tshark-'));
    try {
      const known = MESSAGE_SAMPLES.filter(
        message => message.type !== 'experimenter' && !('kind' in message && TSHARK_LACKS.includes(message.kind)),
      );
      const bytes = known.map((message, i) => encode({ ...message, xid: i + 1 }));
      const file = join(directory, 'samples.pcap');
      writeFileSync(file, pcapOf(bytes.map(payload => ({ fromSwitch: false, payload }))));
      const fields = ['openflow_v4.type', 'openflow_v4.length', 'openflow_v4.xid', '_ws.malformed'].flatMap(name => ['-e', name]);
      const text = execFileSync(
        'tshark',
        ['-r', file, '-d', 'tcp.port==6653,openflow', '-T', 'fields', '-E', 'occurrence=f', ...fields],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      );
      const rows = text
        .trimEnd()
        .split('\n')
        .map(line => line.split('\t').map(cell => cell.trim()));
      expect(rows).toHaveLength(bytes.length);
      rows.forEach(([type, length, xid, malformed], i) => {
        const header = headerOf(bytes[i]!);
        expect([Number(type), Number(length), Number(xid), malformed ?? '']).toEqual([
          header.code,
          header.length,
          header.xid,
          '',
        ]);
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
