import { App } from '../controller/app.ts';
import { configSchema } from '../controller/core/config.ts';
import type { Dpid } from '../controller/core/dpid.ts';
import type { Switch } from '../controller/core/switch.ts';
import { PROBE_MAC, virtualMac } from '../controller/core/virtual-mac.ts';
import { inSendOrder } from '../controller/switches/send-order.ts';
import { decode, encode, type MessageInput, type MessageOf } from '../openflow/index.ts';
import { arpReply } from '../openflow/packet/arp-message.ts';
import { build } from '../openflow/packet/build.ts';
import { dissect } from '../openflow/packet/dissect.ts';
import { TCP } from '../openflow/packet/tcp.ts';

/** What one new connection costs the controller, step by step on one core: bytes in, decision, bytes out. */

const VIP = '10.0.0.100';
const SERVERS = 3;
const CONNECTIONS = 50_000;
const ROUNDS = 5;

const at: Switch = {
  dpid: '0000000000000001' as Dpid,
  address: 'bench',
  description: 'bench',
  can: {
    ...{ tcpFlags: true, finTimeout: true, registers: true, learn: true, bundles: true },
    ...{ selectGroups: true, meters: true, keepsOrder: true },
  },
  round: 0,
  ports: new Map(),
};

function packetInOf(data: Uint8Array, inPort: number): Uint8Array {
  return encode({
    type: 'packetIn',
    bufferId: 0xffffffff,
    totalLen: data.length,
    reason: 1,
    tableId: 1,
    cookie: 0n,
    match: { inPort },
    data,
  });
}

function synOf(i: number): Uint8Array {
  const client = `10.1.${(i >> 8) & 0xff}.${i & 0xff}`;
  const frame = build({
    ethernet: { dst: virtualMac(VIP), src: '00:00:00:00:00:04' },
    ipv4: { src: client, dst: VIP },
    tcp: { srcPort: 1024 + (i % 60_000), dstPort: 80, seq: i, flags: TCP.SYN },
  });
  return packetInOf(frame, 4);
}

function readyApp(): App {
  const servers = Array.from({ length: SERVERS }, (_, i) => ({ name: `s${i}`, ip: `10.0.0.${i + 1}`, port: 8000 }));
  const app = new App(
    configSchema.parse({ services: [{ name: 'web', vip: VIP, port: 80, servers, health: { type: 'arp' } }] }),
    () => 0.5,
  );
  app.handle({ type: 'ready', at, installed: { flows: [], groups: [], meters: [] } }, 0);
  for (let i = 1; i <= SERVERS; i++) {
    const frame = arpReply({
      senderMac: `00:00:00:00:00:0${i}`,
      senderIp: `10.0.0.${i}`,
      targetMac: PROBE_MAC,
      targetIp: '0.0.0.0',
    });
    app.handle({ type: 'packetIn', dpid: at.dpid, message: decode(packetInOf(frame, i)) as MessageOf<'packetIn'> }, 0);
  }
  return app;
}

const frames = Array.from({ length: CONNECTIONS }, (_, i) => synOf(i));

const steps: Record<string, () => void> = {
  'decode the packet-in': () => {
    for (const frame of frames) decode(frame);
  },
  'and dissect its packet': () => {
    for (const frame of frames) dissect((decode(frame) as MessageOf<'packetIn'>).data);
  },
  'and decide': () => {
    const app = readyApp();
    for (const frame of frames)
      app.handle({ type: 'packetIn', dpid: at.dpid, message: decode(frame) as MessageOf<'packetIn'> }, 1);
  },
  'and encode flow-mods and packet-out': () => {
    const app = readyApp();
    for (const frame of frames) {
      const commands = app.handle({ type: 'packetIn', dpid: at.dpid, message: decode(frame) as MessageOf<'packetIn'> }, 1);
      const messages: MessageInput[] = [];
      for (const command of commands) if (command.type === 'send') messages.push(command.message);
      for (const message of inSendOrder(messages, true)) encode(message);
    }
  },
  'and write the line of the log': () => {
    const app = readyApp();
    for (const frame of frames) {
      const commands = app.handle({ type: 'packetIn', dpid: at.dpid, message: decode(frame) as MessageOf<'packetIn'> }, 1);
      const messages: MessageInput[] = [];
      for (const command of commands) {
        if (command.type === 'send') messages.push(command.message);
        else if (command.type === 'log') JSON.stringify(command.entry);
      }
      for (const message of inSendOrder(messages, true)) encode(message);
    }
  },
};

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, step] of Object.entries(steps)) {
    const start = process.hrtime.bigint();
    step();
    const us = Number(process.hrtime.bigint() - start) / 1000 / CONNECTIONS;
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, us));
  }
}
process.stdout.write(`a new connection, one core, best of ${ROUNDS} rounds of ${CONNECTIONS}:\n`);
for (const [name, us] of best)
  process.stdout.write(
    `  ${name.padEnd(38)} ${us.toFixed(2).padStart(7)} us   ${Math.round(1e6 / us)
      .toString()
      .padStart(8)}/s\n`,
  );
