import { arpReply } from '../../openflow/packet/arp-message.ts';
import { serveUdpPage } from '../../topologies/embedded/host/udp-page.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import type { Config } from '../core/config.ts';
import { readCookie } from '../core/cookie.ts';
import type { InstalledFlow } from '../core/switch.ts';
import { weighted } from './drawing.ts';
import { drawnChange } from './foreign-changes.ts';
import { drawnReload } from './reloads.ts';
import { FAULTS, type FaultKind, type Range, WORLD } from './settings.ts';
import type { SimulatedSwitch } from './simulated-switch.ts';
import type { World } from './world.ts';

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

/** A fault that was drawn: what it happens to, in words, who may feel it (`Disturbance`), and how it begins and ends. */
interface Fault {
  readonly victim: string;
  readonly subject: string;
  readonly begin: () => void;
  readonly mend?: () => void;
  /** Where nothing else may be wrong meanwhile; the victim unless said otherwise. */
  readonly place?: string;
}

/** Makes things go wrong at random times, and mends them. One fault at a time for each victim. */
export class Faults {
  readonly #world: World;
  readonly #random: Random;
  readonly #busy = new Set<string>();
  /** What each switch holds in peace. */
  readonly #base: ReadonlyMap<SimulatedSwitch, readonly string[]>;
  /** Faults that were begun. */
  count = 0;

  /** Small tables are a matter of the whole world. */
  readonly #draw: Readonly<Record<Exclude<FaultKind, 'table-full'>, (forMs: number) => Fault>> = {
    'server-crash': () => this.#server('crash'),
    'server-hang': () => this.#server('hang'),
    'server-kill': () => this.#server('kill'),
    'server-refuse': () => this.#server('refuse'),
    'link-down': () => this.#unplug(),
    'packet-loss': () => this.#worsen('loss'),
    'packet-duplicate': () => this.#worsen('duplicate'),
    'packet-reorder': () => this.#worsen('reorder'),
    'controller-crash': () => this.#crash(),
    'switch-reconnect': forMs => this.#switch('switch-reconnect', forMs),
    'switch-restart': forMs => this.#switch('switch-restart', forMs),
    'slow-switch': forMs => this.#switch('slow-switch', forMs),
    reload: () => this.#reload(),
    'foreign-change': () => this.#change(),
    impostor: forMs => this.#impersonate(forMs),
    defect: () => this.#defect(),
  };

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork('faults');
    this.#base = new Map([...world.lab.switches.values()].map(at => [at, baseOf(at.flows())]));
  }

  /** Draws faults of these kinds until a time; all are over some time later. */
  run(all: readonly FaultKind[], untilMs: number): void {
    const { clock } = this.#world;
    const random = this.#random;
    const kinds = all.filter(kind => kind !== 'table-full');
    if (kinds.length === 0) return;
    const meanMs = random.uniform(...WORLD.faultEveryMs);
    const next = () => {
      if (clock.now() >= untilMs) return;
      const kind = weighted(random, FAULTS, kinds);
      const range: Range = FAULTS[kind].forMs;
      const forMs = random.uniform(...range);
      this.#begin(kind, this.#draw[kind](forMs), forMs);
      clock.after(random.exponential(meanMs), next);
    };
    clock.after(random.exponential(meanMs), next);
  }

  /** Begins a fault where nothing else is wrong at its place, and ends it after a time. */
  #begin(kind: FaultKind, { victim, subject, begin, mend, place = victim }: Fault, forMs: number): void {
    const { clock, disturbances, log } = this.#world;
    if (this.#busy.has(place)) return;
    this.#busy.add(place);
    this.count += 1;
    const disturbance = disturbances.begin(kind, subject);
    log.line('fault', `${kind} of ${victim} for ${(forMs / 1000).toFixed(3)} s`);
    begin();
    clock.after(forMs, () => {
      log.line('mended', `${kind} of ${victim}`);
      mend?.();
      disturbances.end(disturbance);
      this.#busy.delete(place);
    });
  }

  #server(strike: 'crash' | 'hang' | 'kill' | 'refuse'): Fault {
    const { lab, facts, clock } = this.#world;
    const name = this.#random.choice([...lab.servers.keys()]);
    const server = lab.server(name);
    const { udp, page = name } = lab.spec.hosts.find(host => host.name === name)!;
    const begin = () => {
      server[strike]();
      if (strike === 'crash') facts.deadSince.set(name, clock.now());
    };
    const mend = () => {
      server.recover();
      facts.deadSince.delete(name);
      if (strike === 'crash' && udp !== undefined) serveUdpPage(lab.host(name), udp, page);
    };
    return { victim: name, subject: name, begin, mend };
  }

  /** Any link. The host at its end feels what happens to it, or everybody where it joins switches. */
  #link() {
    const { lab } = this.#world;
    const index = this.#random.integer(lab.links.length);
    const link = lab.links[index]!;
    const [end] = lab.spec.links[index]!;
    return { link, end, where: { victim: link.name, subject: lab.hosts.has(end) ? end : '*' } };
  }

  #unplug(): Fault {
    const { facts, clock } = this.#world;
    const { link, end, where } = this.#link();
    const begin = () => {
      facts.unpluggedSince.set(end, clock.now());
      link.setUp(false);
    };
    const mend = () => {
      facts.unpluggedSince.delete(end);
      link.setUp(true);
    };
    return { ...where, begin, mend };
  }

  #worsen(what: 'loss' | 'duplicate' | 'reorder'): Fault {
    const random = this.#random;
    const { link, where } = this.#link();
    const worse = {
      loss: { loss: random.uniform(...WORLD.loss) },
      duplicate: { duplicate: random.uniform(...WORLD.duplicate) },
      reorder: { reorder: random.uniform(...WORLD.reorder), reorderMs: random.uniform(...WORLD.reorderMs) },
    };
    return { ...where, begin: () => link.set(worse[what]), mend: () => link.set({ loss: 0, duplicate: 0, reorder: 0 }) };
  }

  #crash(): Fault {
    const { controller } = this.#world;
    return { victim: 'the controller', subject: 'control', begin: () => controller.crash(), mend: () => controller.start() };
  }

  #switch(kind: 'switch-reconnect' | 'switch-restart' | 'slow-switch', forMs: number): Fault {
    const { control, delay, lab } = this.#world;
    const at = this.#random.choice([...lab.switches.values()]);
    const slow = { delayMs: this.#random.uniform(...WORLD.slowControlMs), jitterMs: delay.jitterMs * 10 };
    const strikes = {
      'switch-reconnect': () => control.reconnect(at, forMs),
      'switch-restart': () => control.restart(at, forMs),
      'slow-switch': () => control.setDelay(at, slow),
    };
    const mend = () => {
      if (kind === 'slow-switch') control.setDelay(at, delay);
    };
    return { victim: at.name, subject: kind === 'switch-restart' ? '*' : 'control', begin: strikes[kind], mend };
  }

  /** Another configuration for a while. Only a server in maintenance may be felt by anybody. */
  #reload(): Fault {
    const { controller, facts, config, lab } = this.#world;
    const { what, config: changed, cut } = drawnReload(config, this.#random);
    const host = lab.spec.hosts.find(({ ip }) => ip === cut);
    const take = (next: Config) => {
      facts.wanted(next);
      controller.configure(next);
    };
    return {
      victim: `the configuration (${what})`,
      subject: host?.name ?? 'nobody',
      begin: () => take(changed),
      mend: () => take(config),
      place: 'the configuration',
    };
  }

  /** Somebody else changes flows of a switch. What should be there is back within a bound, unless the controller could not see it. */
  #change(): Fault {
    const { clock, disturbances, invariants, lab } = this.#world;
    const at = this.#random.choice([...lab.switches.values()]);
    const { kind, messages } = drawnChange(at.powered ? at.flows() : [], this.#random);
    const wanted = this.#base.get(at)!;
    const from = clock.now();
    const begin = () => {
      if (at.powered) at.change(messages);
    };
    const mend = () => {
      if (disturbances.had(from, clock.now(), ...UNSEEN)) return;
      const after = baseOf(at.flows());
      const lost = wanted.filter(flow => !after.includes(flow));
      if (lost.length > 0)
        invariants.fail('base', `${at.name}: ${lost.length} base flows are not back after ${kind}: ${lost[0]}`);
    };
    const place = `the flows of ${at.name}`;
    return { victim: `${place} (${kind})`, subject: '*', begin, mend, place };
  }

  /** A client sends frames as if it were a server. Nobody may feel that. */
  #impersonate(forMs: number): Fault {
    const { lab, clock } = this.#world;
    const random = this.#random;
    const { name } = random.choice(lab.spec.hosts.filter(({ role }) => role === 'client'));
    const victim = lab.host(random.choice([...lab.servers.keys()]));
    const { link, side } = this.#world.linkOf(name);
    const frame = arpReply({ senderMac: victim.mac, senderIp: victim.ip, targetMac: BROADCAST, targetIp: victim.ip });
    const until = clock.now() + forMs;
    const begin = () => {
      link.ends[side].send(frame);
      if (clock.now() < until) clock.after(random.exponential(IMPOSTOR_EVERY_MS), begin);
    };
    return { victim: `${name}, as ${victim.name}`, subject: 'nobody', begin };
  }

  #defect(): Fault {
    const { controller } = this.#world;
    const point = this.#random.choice(['halfway', 'after'] as const);
    return {
      victim: `the controller, ${point}`,
      subject: 'control',
      begin: () => {
        if (controller.running) controller.fail(point);
      },
      mend: () => controller.fail(undefined),
      place: 'the controller',
    };
  }
}

/** The base flows among these, as texts. */
function baseOf(flows: readonly InstalledFlow[]): string[] {
  return flows
    .filter(({ cookie }) => readCookie(cookie)?.owner === 'base')
    .map(({ tableId, priority, match, instructions }) => JSON.stringify([tableId, priority, match, instructions]));
}
