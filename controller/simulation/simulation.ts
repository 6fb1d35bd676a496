import { Random } from '../../topologies/embedded/random.ts';
import { configOf, drawnSize, labOf, type Size, wholeBetween } from './drawing.ts';
import { Faults } from './faults.ts';
import { BOUNDS, type FaultKind, WORLD } from './settings.ts';
import { type Outcome, Traffic } from './traffic.ts';
import { ipNumber, keyOf } from './wire.ts';
import { World } from './world.ts';

/** What may be chosen about a run; everything else comes from the seed. */
export interface SimulationOptions {
  readonly seed: string;
  readonly faults: readonly FaultKind[];
  /** Of the lab; drawn unless given. */
  readonly size?: Partial<Size>;
  /** Connections; drawn unless given. */
  readonly visits?: number;
  readonly trace?: (line: string) => void;
}

/** Flows of the base and two for a host, at most, in one table. */
const BASE_FLOWS = 40;
const STEP_MS = 5000;

/** Runs one world from its beginning until nothing moves any more. */
export function simulate({ seed, faults: kinds, size = {}, visits, trace }: SimulationOptions) {
  const world = build(seed, kinds, size, trace);
  const { clock, lab, invariants, log } = world;
  const [tcp, udp] = lab.spec.services;
  const random = world.random.fork('traffic');
  const counts = { answered: 0, failed: 0 };
  const clients = lab.spec.hosts.filter(({ role }) => role === 'client').map(({ name }) => lab.host(name));
  const traffic = new Traffic(random, clients, outcome => {
    if (outcome.error === undefined) counts.answered += 1;
    else counts.failed += 1;
    note(world, outcome);
  });
  world.start();
  let events = clock.run(WORLD.trafficAtMs);
  const base = world.flowCount('base');
  const from = clock.now();
  const until = from + random.uniform(...WORLD.trafficForMs);
  const spread = (count: number, begin: () => void) => {
    for (let i = 0; i < count; i++) clock.at(random.uniform(from, until), begin);
  };
  spread(visits ?? wholeBetween(random, WORLD.visits), () => traffic.visit(tcp!));
  spread(wholeBetween(random, WORLD.udpTalks), () => traffic.talk(udp!));
  const faults = new Faults(world);
  faults.run(kinds, until);
  events += clock.runUntil(until);
  events += drain(world, traffic);
  checkEnd(world, base);
  return {
    seed,
    violations: invariants.violations,
    /** Decisions of the controllers, faults, and things that happened on the clock. */
    connections: invariants.ledger.decisions,
    ...counts,
    faults: faults.count,
    events,
    lines: log.lines,
    simulatedMs: clock.now() - WORLD.epochMs,
    hash: log.digest(),
  };
}

/** What a run came to. */
export type SimulationResult = ReturnType<typeof simulate>;

function build(seed: string, kinds: readonly FaultKind[], size: Partial<Size>, trace?: (line: string) => void): World {
  const draw = new Random(seed);
  const spec = labOf({ ...drawnSize(draw.fork('size')), ...size }, draw.fork('lab'));
  const config = configOf(spec, draw.fork('config'));
  const channel = draw.fork('channel');
  const { delayMs, jitterMs } = WORLD.control;
  const delay = { delayMs: channel.uniform(...delayMs), jitterMs: channel.uniform(...jitterMs) };
  const isSmall = kinds.includes('table-full') && draw.fork('table').chance(kinds.length === 1 ? 1 : 0.2);
  const limit = isSmall ? { maxFlows: BASE_FLOWS + wholeBetween(draw.fork('table size'), WORLD.spareFlows) } : {};
  return new World({ seed, spec, config, delay, ...limit, ...(trace && { trace }) });
}

function note({ log, invariants, lab }: World, { protocol, client, ip, localPort, from, error, page }: Outcome): void {
  const key = keyOf(protocol, ipNumber(ip), localPort);
  log.line('answer', `${protocol} ${client}:${localPort} ${error ?? 'ok'} ${page ?? ''}`);
  invariants.answered(client, key, from, error);
  const record = invariants.ledger.newest.get(key);
  if (page === undefined || record === undefined) return;
  const host = lab.spec.hosts.find(one => one.ip === record.serverIp)!;
  const mine = host.page ?? host.name;
  if (page !== mine) invariants.fail('books', `${client}:${localPort} got ${page}, and the log says ${record.server}`);
}

/** Until TCP has given up whatever it still tries, and every timeout has passed. */
function drain(world: World, traffic: Traffic): number {
  const { clock, lab, config } = world;
  const longest = Math.max(...config.services.map(({ idleTimeoutMs, finTimeoutMs }) => idleTimeoutMs + finTimeoutMs));
  const hosts = [...lab.hosts.values()];
  const limit = clock.now() + BOUNDS.drainMs;
  let events = 0;
  do events += clock.run(STEP_MS);
  while (clock.now() < limit && (traffic.inProgress > 0 || hosts.some(({ tcp }) => tcp.connectionCount > 0)));
  return events + clock.run(longest + STEP_MS);
}

function checkEnd(world: World, base: number): void {
  const { invariants, controller, lab, config } = world;
  const { ledger } = invariants;
  const claim = (isSo: boolean, text: string) => {
    if (!isSo) invariants.fail('base', text);
  };
  claim(controller.readySwitches === lab.switches.size, `${controller.readySwitches} of ${lab.switches.size} switches are ready`);
  claim(controller.connections === 0, `the controller still knows ${controller.connections} connections`);
  const living = [...ledger.living.values()].filter(({ isDoubtful }) => !isDoubtful);
  claim(living.length === 0, `${living.length} connections of the log have no end`);
  claim(world.flowCount('connection') === 0, `${world.flowCount('connection')} flows of connections are left`);
  claim(world.flowCount('base') === base, `${world.flowCount('base')} base flows, and ${base} in the beginning`);
  const most = 2 * lab.hosts.size * lab.switches.size;
  claim(world.flowCount('forwarding') <= most, `${world.flowCount('forwarding')} forwarding flows for ${lab.hosts.size} hosts`);
  const servers = config.services.flatMap(({ name, servers }) => servers.map(server => `${name}/${server.name}`));
  const missing = servers.filter(server => !ledger.up.has(server));
  claim(missing.length === 0, `${missing.join(', ')} not found again`);
}
