import { arpReply } from '../../openflow/packet/arp-message.ts';
import type { Scheduler } from '../../topologies/embedded/clock.ts';
import { serveUdpPage } from '../../topologies/embedded/host/udp-page.ts';
import type { EmbeddedLab } from '../../topologies/embedded/lab.ts';
import type { LinkQuality } from '../../topologies/embedded/link.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import type { Config } from '../core/config.ts';
import { readCookie } from '../core/cookie.ts';
import type { InstalledFlow } from '../core/switch.ts';
import type { ControlDelay } from './control-link.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Disturbance, Disturbances } from './disturbances.ts';
import { between, weighted } from './drawing.ts';
import type { EventLog } from './event-log.ts';
import type { Facts } from './facts.ts';
import { drawnChange } from './foreign-changes.ts';
import type { Invariants } from './invariants.ts';
import { drawnReload } from './reloads.ts';
import { FAULTS, type FaultKind, WORLD } from './settings.ts';
import type { SimulatedController } from './simulated-controller.ts';
import type { SimulatedSwitch } from './simulated-switch.ts';

/** What faults happen to. */
export interface Victims {
  readonly clock: Scheduler;
  readonly random: Random;
  readonly lab: EmbeddedLab<SimulatedSwitch>;
  readonly controller: SimulatedController;
  readonly control: ControlPlane;
  readonly delay: ControlDelay;
  readonly config: Config;
  readonly disturbances: Disturbances;
  readonly facts: Facts;
  readonly invariants: Invariants;
  readonly log: EventLog;
}

/** Faults that keep a controller from seeing what somebody else did in a switch, or change what should be there. */
const UNSEEN: readonly FaultKind[] = [
  'controller-crash',
  'switch-reconnect',
  'switch-restart',
  'slow-switch',
  'table-full',
  'defect',
  'reload',
];
/** Mean gap between the frames of an impostor. */
const IMPOSTOR_EVERY_MS = 100;
const BROADCAST = 'ff:ff:ff:ff:ff:ff';

/** Makes things go wrong at random times, and mends them. One fault at a time for each victim. */
export class Faults {
  readonly #at: Victims;
  readonly #kinds: readonly FaultKind[];
  readonly #busy = new Set<string>();
  /** What each switch holds in peace. */
  readonly #base: ReadonlyMap<SimulatedSwitch, readonly string[]>;
  /** Faults that were begun. */
  count = 0;

  constructor(victims: Victims, kinds: readonly FaultKind[]) {
    this.#at = victims;
    this.#kinds = kinds.filter(kind => kind !== 'table-full');
    this.#base = new Map([...victims.lab.switches.values()].map(at => [at, baseOf(at.flows())]));
  }

  /** Draws faults until a time; all are over some time later. */
  run(untilMs: number): void {
    const { clock, random } = this.#at;
    if (this.#kinds.length === 0) return;
    const meanMs = between(random, WORLD.faultEveryMs);
    const next = () => {
      if (clock.now() >= untilMs) return;
      this.#strike(weighted(random, FAULTS, this.#kinds));
      clock.after(random.exponential(meanMs), next);
    };
    clock.after(random.exponential(meanMs), next);
  }

  #strike(kind: FaultKind): void {
    const { random, lab } = this.#at;
    const forMs = between(random, FAULTS[kind].forMs);
    switch (kind) {
      case 'server-crash':
      case 'server-hang':
      case 'server-kill':
      case 'server-refuse':
        this.#server(kind, random.choice([...lab.servers.keys()]), forMs);
        return;
      case 'link-down':
      case 'packet-loss':
      case 'packet-duplicate':
      case 'packet-reorder':
        this.#link(kind, random.integer(lab.links.length), forMs);
        return;
      case 'controller-crash':
        this.#crash(forMs);
        return;
      case 'switch-reconnect':
      case 'switch-restart':
      case 'slow-switch':
        this.#switch(kind, random.choice([...lab.switches.values()]), forMs);
        return;
      case 'reload':
        this.#reload(forMs);
        return;
      case 'foreign-change':
        this.#change(random.choice([...lab.switches.values()]), forMs);
        return;
      case 'impostor':
        this.#impersonate(forMs);
        return;
      case 'defect':
        this.#defect(forMs);
        return;
      case 'table-full':
        return;
    }
  }

  /** Another configuration for a while. Only a server in maintenance may be felt by anybody. */
  #reload(forMs: number): void {
    const { controller, random, facts, disturbances, config, lab } = this.#at;
    const { what, config: changed, cut } = drawnReload(config, random);
    const hosts = cut.map(({ ip }) => lab.spec.hosts.find(host => host.ip === ip)!.name);
    const felt = hosts.map(host => disturbances.begin('reload', host));
    const take = (next: Config) => {
      facts.wanted(next);
      controller.configure(next);
    };
    const begin = () => take(changed);
    const mend = () => {
      take(config);
      for (const disturbance of felt) disturbances.end(disturbance);
    };
    if (!this.#fault('reload', `the configuration (${what})`, 'nobody', forMs, begin, mend, 'the configuration'))
      for (const disturbance of felt) disturbance.until = disturbance.from;
  }

  /** Somebody else changes flows of a switch. What should be there is back within a bound, unless the controller could not see it. */
  #change(at: SimulatedSwitch, forMs: number): void {
    const { random, clock, disturbances, invariants } = this.#at;
    const flows = at.powered ? at.flows() : [];
    const { kind, messages } = drawnChange(flows, random);
    const wanted = this.#base.get(at)!;
    const from = clock.now();
    const begin = () => {
      if (at.powered) at.change(messages);
    };
    const check = () => {
      if (disturbances.had(from, clock.now(), ...UNSEEN)) return;
      const after = baseOf(at.flows());
      const lost = wanted.filter(flow => !after.includes(flow));
      if (lost.length > 0)
        invariants.fail('base', `${at.name}: ${lost.length} base flows are not back after ${kind}: ${lost[0]}`);
    };
    const place = `the flows of ${at.name}`;
    this.#fault('foreign-change', `${place} (${kind})`, '*', forMs, begin, check, place);
  }

  /** A client sends frames as if it were a server. Nobody may feel that. */
  #impersonate(forMs: number): void {
    const { random, lab, clock } = this.#at;
    const clients = lab.spec.hosts.filter(({ role }) => role === 'client');
    const { name } = random.choice(clients);
    const victim = lab.host(random.choice([...lab.servers.keys()]));
    const [index, side] = linkOf(lab, name);
    const senderIp = lab.spec.hosts.find(host => host.name === victim.name)!.ip;
    const frame = arpReply({ senderMac: victim.mac, senderIp, targetMac: BROADCAST, targetIp: senderIp });
    const until = clock.now() + forMs;
    const send = () => {
      lab.links[index]!.ends[side].send(frame);
      if (clock.now() < until) clock.after(random.exponential(IMPOSTOR_EVERY_MS), send);
    };
    this.#fault('impostor', `${name}, as ${victim.name}`, 'nobody', forMs, send, () => {});
  }

  #defect(forMs: number): void {
    const { controller, random } = this.#at;
    const point = random.choice(['halfway', 'after'] as const);
    const begin = () => {
      if (controller.running) controller.fail(point);
    };
    this.#fault(
      'defect',
      `the controller, ${point}`,
      'control',
      forMs,
      begin,
      () => controller.fail(undefined),
      'the controller',
    );
  }

  /** Begins a fault where nothing else is wrong at its place; `mend` ends it. Gives whether it began. */
  #fault(
    kind: FaultKind,
    victim: string,
    subject: string,
    forMs: number,
    begin: () => void,
    mend: () => void,
    place = victim,
  ): boolean {
    const { clock, disturbances, log } = this.#at;
    if (this.#busy.has(place)) return false;
    this.#busy.add(place);
    this.count += 1;
    const disturbance: Disturbance = disturbances.begin(kind, subject);
    log.line('fault', `${kind} of ${victim} for ${(forMs / 1000).toFixed(3)} s`);
    begin();
    clock.after(forMs, () => {
      log.line('mended', `${kind} of ${victim}`);
      mend();
      disturbances.end(disturbance);
      this.#busy.delete(place);
    });
    return true;
  }

  #server(kind: 'server-crash' | 'server-hang' | 'server-kill' | 'server-refuse', name: string, forMs: number): void {
    const { lab, facts, clock } = this.#at;
    const server = lab.server(name);
    const { udp, page = name } = lab.spec.hosts.find(host => host.name === name)!;
    const strikes = {
      'server-crash': () => {
        server.crash();
        facts.died(name, clock.now());
      },
      'server-hang': () => server.hang(),
      'server-kill': () => server.kill(),
      'server-refuse': () => server.refuse(),
    };
    const mend = () => {
      server.recover();
      facts.revived(name);
      if (kind === 'server-crash' && udp !== undefined) serveUdpPage(lab.host(name), udp, page);
    };
    this.#fault(kind, name, name, forMs, strikes[kind], mend);
  }

  #link(kind: 'link-down' | 'packet-loss' | 'packet-duplicate' | 'packet-reorder', index: number, forMs: number): void {
    const { lab, random, facts, clock } = this.#at;
    const link = lab.links[index]!;
    const [one] = lab.spec.links[index]!;
    const subject = lab.hosts.has(one) ? one : '*';
    if (kind === 'link-down') {
      const begin = () => {
        facts.unplugged(one, clock.now());
        link.setUp(false);
      };
      const mend = () => {
        facts.plugged(one);
        link.setUp(true);
      };
      this.#fault(kind, link.name, subject, forMs, begin, mend);
      return;
    }
    const worse: Record<typeof kind, Partial<LinkQuality>> = {
      'packet-loss': { loss: between(random, WORLD.loss) },
      'packet-duplicate': { duplicate: between(random, WORLD.duplicate) },
      'packet-reorder': { reorder: between(random, WORLD.reorder), reorderMs: between(random, WORLD.reorderMs) },
    };
    this.#fault(
      kind,
      link.name,
      subject,
      forMs,
      () => link.set(worse[kind]),
      () => link.set({ loss: 0, duplicate: 0, reorder: 0 }),
    );
  }

  #crash(forMs: number): void {
    const { controller } = this.#at;
    this.#fault(
      'controller-crash',
      'the controller',
      'control',
      forMs,
      () => controller.crash(),
      () => controller.start(),
    );
  }

  #switch(kind: 'switch-reconnect' | 'switch-restart' | 'slow-switch', at: SimulatedSwitch, forMs: number): void {
    const { control, random, delay } = this.#at;
    const slow = { delayMs: between(random, WORLD.slowControlMs), jitterMs: delay.jitterMs * 10 };
    const strikes = {
      'switch-reconnect': () => control.reconnect(at, forMs),
      'switch-restart': () => control.restart(at, forMs),
      'slow-switch': () => control.setDelay(at, slow),
    };
    const mend = () => {
      if (kind === 'slow-switch') control.setDelay(at, delay);
    };
    this.#fault(kind, at.name, kind === 'switch-restart' ? '*' : 'control', forMs, strikes[kind], mend);
  }
}

/** The base flows among these, as texts. */
function baseOf(flows: readonly InstalledFlow[]): string[] {
  return flows
    .filter(({ cookie }) => readCookie(cookie)?.owner === 'base')
    .map(({ tableId, priority, match, instructions }) => JSON.stringify([tableId, priority, match, instructions]));
}

/** The link of a host, and its end there. */
function linkOf({ spec }: EmbeddedLab<SimulatedSwitch>, host: string): [index: number, side: 0 | 1] {
  const index = spec.links.findIndex(ends => ends.includes(host));
  return [index, spec.links[index]![0] === host ? 0 : 1];
}
