import { build } from '../openflow/packet/build.ts';
import { dissect } from '../openflow/packet/dissect.ts';
import { TCP } from '../openflow/packet/tcp.ts';
import { VirtualClock } from '../topologies/embedded/clock.ts';
import { Host } from '../topologies/embedded/host/host.ts';
import { Clients } from '../topologies/embedded/http/clients.ts';
import { HttpServer } from '../topologies/embedded/http/server.ts';
import { numberedMac } from '../topologies/embedded/lab.ts';
import { Link } from '../topologies/embedded/link.ts';
import { Random } from '../topologies/embedded/random.ts';

/** What the embedded lab's clock and hosts cost in processor time, and as a multiple of taking one frame apart: machines differ, ratios less. */

const ROUNDS = 3;
const CONNECTIONS = 20_000;
const BULK_BYTES = 20_000_000;
const EVENTS = 500_000;

/** Two hosts and a link. */
function pair(): { clock: VirtualClock; random: Random; one: Host; other: Host } {
  const clock = new VirtualClock();
  const random = new Random('bench');
  const link = new Link(clock, random.fork('link'));
  const [one, other] = [1, 2].map(number => {
    const host = new Host(
      { name: `h${number}`, mac: numberedMac(number), ip: `10.0.0.${number}` },
      clock,
      random.fork(`h${number}`),
    );
    host.attach(link.ends[number - 1]!);
    return host;
  }) as [Host, Host];
  return { clock, random, one, other };
}

const frame = build({
  ethernet: { dst: '00:00:00:00:00:01', src: '00:00:00:00:00:02' },
  ipv4: { src: '10.0.0.2', dst: '10.0.0.1' },
  tcp: { srcPort: 40_000, dstPort: 80, flags: TCP.ACK },
});

/** Each step gives how many of its things it did. */
const steps: Readonly<Record<string, () => number>> = {
  'take a frame apart': () => {
    for (let i = 0; i < 100_000; i++) dissect(frame);
    return 100_000;
  },
  'an event of the clock, 1,000 waiting': () => {
    const { clock, random } = pair();
    for (let i = 0; i < 1000; i++) {
      const again = (): void => void clock.after(random.next(), again);
      again();
    }
    return clock.runIdle(EVENTS);
  },
  'a segment of a long transfer': () => {
    const { clock, one, other } = pair();
    other.tcp.listen(80, () => ({}));
    one.connect(other.ip, 80, { connected: connection => connection.end(new Uint8Array(BULK_BYTES)) });
    clock.runIdle();
    return one.counters.framesOut + other.counters.framesOut;
  },
  'a connection: request, answer, end': () => {
    const { clock, random, one, other } = pair();
    new HttpServer(other, random, { port: 80, page: 'Server 1', service: { kind: 'exponential', meanMs: 1 } });
    const arrivals = { kind: 'poisson', perSecond: 2000 } as const;
    new Clients([one], random, { ip: other.ip, port: 80, arrivals, count: CONNECTIONS }, () => undefined).start();
    clock.runIdle();
    return CONNECTIONS;
  },
};

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, step] of Object.entries(steps)) {
    const start = process.cpuUsage();
    const count = step();
    const { user, system } = process.cpuUsage(start);
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / count));
  }
}
const unit = best.get('take a frame apart')!;
process.stdout.write(`the embedded lab's hosts, processor time, best of ${ROUNDS} rounds:\n`);
for (const [name, us] of best)
  process.stdout.write(
    `  ${name.padEnd(38)} ${us.toFixed(2).padStart(7)} us   ${(us / unit).toFixed(1).padStart(6)} frames taken apart\n`,
  );
