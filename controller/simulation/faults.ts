import type { Scheduler } from '../../topologies/embedded/clock.ts';
import { serveUdpPage } from '../../topologies/embedded/host/udp-page.ts';
import type { EmbeddedLab } from '../../topologies/embedded/lab.ts';
import type { LinkQuality } from '../../topologies/embedded/link.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import type { Config } from '../core/config.ts';
import type { ControlDelay } from './control-link.ts';
import type { ControlPlane } from './control-plane.ts';
import type { Disturbance, Disturbances } from './disturbances.ts';
import { between, weighted } from './drawing.ts';
import type { EventLog } from './event-log.ts';
import type { Facts } from './facts.ts';
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
  readonly log: EventLog;
}

/** Makes things go wrong at random times, and mends them. One fault at a time for each victim. */
export class Faults {
  readonly #at: Victims;
  readonly #kinds: readonly FaultKind[];
  readonly #busy = new Set<string>();
  /** Faults that were begun. */
  count = 0;

  constructor(victims: Victims, kinds: readonly FaultKind[]) {
    this.#at = victims;
    this.#kinds = kinds.filter(kind => kind !== 'table-full');
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
