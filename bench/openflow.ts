import { execFileSync, spawnSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { decode, encode } from '../openflow/index.ts';
import { packetInByHand } from './openflow-by-hand.ts';
import { FLOW_MODS, PACKET_INS, TURNS } from './openflow-messages.ts';

/**
 * Messages a second of processor time, each case in turns with the others: `npm run bench openflow`. Many short slices: the best of
 * them is one that no other program disturbed.
 */
const ROUNDS = 40;
const SLICE_MS = 30;

type Case = readonly [name: string, once: () => unknown];

const packetIns = PACKET_INS.map(message => encode(message));
const flowMods = FLOW_MODS.map(message => encode(message));

for (const frame of packetIns)
  if (!isDeepStrictEqual(packetInByHand(frame), decode(frame))) throw new Error('the hand-written reader gives another object');
FLOW_MODS.forEach((message, i) => {
  if (!isDeepStrictEqual(decode(flowMods[i]!), message)) throw new Error('a flow-mod comes back as another object');
});

/** Every call takes the next of the messages. */
function inTurns<T>(name: string, messages: readonly T[], once: (message: T) => unknown): Case {
  let turn = 0;
  return [name, () => once(messages[turn++ % TURNS]!)];
}

const cases: readonly Case[] = [
  inTurns('packet-in decode, by hand', packetIns, frame => packetInByHand(frame)),
  inTurns('packet-in decode', packetIns, frame => decode(frame)),
  inTurns('packet-in encode', PACKET_INS, message => encode(message)),
  inTurns('flow-mod encode', FLOW_MODS, message => encode(message)),
  inTurns('flow-mod decode', flowMods, frame => decode(frame)),
];

let sink: unknown;

/** By processor time, so that other programs on the machine count little. */
function rateOf(once: () => unknown, ms: number): number {
  const started = process.cpuUsage();
  let count = 0;
  let used = 0;
  while (used < ms) {
    for (let i = 0; i < 2_000; i++) sink = once();
    count += 2_000;
    const { user, system } = process.cpuUsage(started);
    used = (user + system) / 1e3;
  }
  return (count / used) * 1e3;
}

/** os-ken's rates for the same bytes, when it is installed. */
function osken(): Readonly<Record<string, number>> {
  if (spawnSync('/usr/bin/python3', ['-c', 'import os_ken'], { stdio: 'ignore' }).status !== 0) return {};
  const script = `
import json, time
from os_ken.ofproto import ofproto_parser, ofproto_protocol, ofproto_v1_3_parser as p
dp = ofproto_protocol.ProtocolDesc(version=4)
pin = bytes.fromhex('${Buffer.from(packetIns[0]!).toString('hex')}')
def decode():
    v, t, l, x = ofproto_parser.header(pin)
    return ofproto_parser.msg(dp, v, t, l, x, pin)
def encode():
    m = p.OFPMatch(in_port=3, eth_type=0x0800, ip_proto=6, ipv4_src='10.0.0.4', ipv4_dst='10.0.0.100', tcp_src=40312, tcp_dst=80)
    a = [p.OFPActionSetField(eth_dst='02:00:00:00:00:01'), p.OFPActionSetField(ipv4_dst='10.0.0.1'), p.OFPActionSetField(tcp_dst=8000), p.OFPActionOutput(1, 0)]
    f = p.OFPFlowMod(datapath=dp, cookie=0xa0000001, table_id=1, idle_timeout=300, priority=400, flags=1, match=m, instructions=[p.OFPInstructionActions(4, a)])
    f.serialize()
    return f.buf
def rate(f):
    best = 0
    for _ in range(3):
        n, s = 0, time.process_time()
        while time.process_time() - s < 0.4:
            f(); n += 1
        best = max(best, n / (time.process_time() - s))
    return best
print(json.dumps({'packet-in decode': rate(decode), 'flow-mod encode': rate(encode)}))
`;
  return JSON.parse(execFileSync('/usr/bin/python3', ['-c', script], { encoding: 'utf8' })) as Record<string, number>;
}

const rates = new Map(cases.map(([name]) => [name, [] as number[]]));
for (const [, once] of cases) rateOf(once, 300); // warm
for (let round = 0; round < ROUNDS; round++) for (const [name, once] of cases) rates.get(name)!.push(rateOf(once, SLICE_MS));
const found = Object.fromEntries([...rates].map(([name, values]) => [name, Math.max(...values)]));
const byHand = found['packet-in decode, by hand']!;
const python = osken();

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
console.log(row(['case', 'messages/s', 'to packet-in decode by hand', 'times os-ken']));
console.log(row(['---', '--:', '--:', '--:']));
for (const [name, rate] of Object.entries(found)) {
  const peer = python[name];
  console.log(
    row([
      name,
      Math.round(rate).toLocaleString('en'),
      (byHand / rate).toFixed(2),
      peer === undefined ? '-' : (rate / peer).toFixed(0),
    ]),
  );
}
for (const [name, rate] of Object.entries(python))
  console.log(row([`${name}, os-ken`, Math.round(rate).toLocaleString('en'), (byHand / rate).toFixed(0), 1]));
if (sink === undefined) process.exitCode = 1;
