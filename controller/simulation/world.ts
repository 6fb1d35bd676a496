import { decode, describe, encode } from '../../openflow/index.ts';
import { macBytes } from '../../openflow/wire/addresses.ts';
import { VirtualClock } from '../../topologies/embedded/clock.ts';
import { EmbeddedLab } from '../../topologies/embedded/lab.ts';
import { Random } from '../../topologies/embedded/random.ts';
import type { LabHost, LabSpec } from '../../topologies/spec.ts';
import type { Config } from '../core/config.ts';
import { readCookie } from '../core/cookie.ts';
import type { ControlDelay } from './control-link.ts';
import { ControlPlane, type OnMessage } from './control-plane.ts';
import { Disturbances } from './disturbances.ts';
import { EventLog } from './event-log.ts';
import { Facts } from './facts.ts';
import { frameText } from './frame-text.ts';
import { Invariants } from './invariants.ts';
import { WORLD } from './settings.ts';
import { MadeDefect, SimulatedController } from './simulated-controller.ts';
import { SimulatedSwitch } from './simulated-switch.ts';

/** What a world is made of. */
export interface WorldOptions {
  readonly seed: string;
  readonly spec: LabSpec;
  readonly config: Config;
  readonly delay: ControlDelay;
  /** Flows in one table of a switch. */
  readonly maxFlows?: number;
  readonly trace?: (line: string) => void;
}

/** A controller, switches, hosts and their links under one clock and one seed, with the laws watching. */
export class World {
  readonly clock = new VirtualClock(WORLD.epochMs);
  readonly config: Config;
  readonly delay: ControlDelay;
  readonly random: Random;
  readonly log: EventLog;
  readonly disturbances: Disturbances;
  readonly facts: Facts;
  readonly invariants: Invariants;
  readonly controller: SimulatedController;
  readonly lab: EmbeddedLab<SimulatedSwitch>;
  readonly control: ControlPlane;

  constructor({ seed, spec, config, delay, maxFlows, trace }: WorldOptions) {
    const { clock } = this;
    this.config = config;
    this.delay = delay;
    this.random = new Random(seed);
    this.log = new EventLog(clock, trace);
    this.disturbances = new Disturbances(clock);
    this.facts = new Facts(config);
    this.invariants = new Invariants(spec, clock, this.disturbances, this.facts, ({ law, text }) =>
      this.log.line('VIOLATED', `${law}: ${text}`),
    );
    this.controller = this.#controller(config);
    const quality = this.random.fork('links');
    this.lab = new EmbeddedLab(spec, {
      clock,
      random: this.random.fork('lab'),
      makeSwitch: place => new SimulatedSwitch(place, maxFlows),
      link: () => ({ delayMs: quality.uniform(...WORLD.linkDelayMs), jitterMs: quality.uniform(...WORLD.linkJitterMs) }),
      server: { service: { kind: 'uniform', lowMs: WORLD.serviceMs[0], highMs: WORLD.serviceMs[1] } },
    });
    this.control = this.#controlPlane(delay);
    for (const host of spec.hosts) this.#observe(host);
  }

  /** The controller begins, the switches connect. */
  start(): void {
    this.log.line('world', this.lab.spec.description);
    this.controller.start();
    this.control.start();
  }

  /** Flows with our cookie in all switches, by owner. */
  flowCount(owner: 'base' | 'forwarding' | 'connection'): number {
    let count = 0;
    for (const at of this.lab.switches.values())
      for (const { cookie } of at.flows()) if (readCookie(cookie)?.owner === owner) count += 1;
    return count;
  }

  #controller(config: Config): SimulatedController {
    const { log, invariants } = this;
    return new SimulatedController(config, this.clock, this.random.fork('controller'), {
      turn: (event, commands) => invariants.turn(event, commands),
      line: entry => log.line('log', JSON.stringify(entry)),
      defect: error => {
        if (error instanceof MadeDefect) invariants.ledger.doubt();
        else invariants.fail('no-throw', error.stack ?? error.message);
      },
      started: run => {
        log.line('controller', `begins, run ${run}`);
        invariants.ledger.up.clear();
      },
      crashed: run => {
        log.line('controller', `crashed, run ${run}`);
        invariants.ledger.crashed();
      },
    });
  }

  #controlPlane(delay: ControlDelay): ControlPlane {
    const { clock, controller, log, disturbances } = this;
    const onMessage: OnMessage = (at, message, toController) => {
      log.detail(toController ? `${at.name} >` : `${at.name} <`, () => describe(decode(encode(message))));
      if (toController && message.type === 'error') disturbances.end(disturbances.begin('table-full', '*'));
    };
    return new ControlPlane(clock, this.random.fork('control'), controller, this.lab.switches.values(), delay, onMessage);
  }

  /** The one link of a host, with its number, and the end where the host is. */
  linkOf(host: string) {
    const { links, spec } = this.lab;
    const index = spec.links.findIndex(ends => ends.includes(host));
    return { index, link: links[index]!, side: spec.links[index]![0] === host ? 0 : 1 } as const;
  }

  /** The links of hosts tell what passes. */
  #observe({ name, role }: LabHost): void {
    const { lab, invariants, log } = this;
    const { index, link, side } = this.linkOf(name);
    const mac = macBytes(lab.host(name).mac)!;
    link.observer = (frame, from, fate) => {
      const fromHost = from.index === side;
      log.detail(`${name} ${fromHost ? '>' : '<'}`, () => `${fate} ${frameText(frame)}`);
      const given = fate === 'sent' || fate === 'reordered' || fate === 'lost';
      if (given) log.frame(frame, index);
      if (role === 'server') {
        if (given && !fromHost) invariants.serverSent(name, frame);
        else if (fromHost && fate === 'delivered') invariants.serverGave(frame);
        return;
      }
      if (fromHost) {
        if (given) invariants.clientSent(name, frame);
        else if (fate === 'delivered') invariants.switchGot(frame);
      } else if (given) invariants.switchSent(name, mac, frame);
      else if (fate === 'delivered') invariants.clientGot(frame);
    };
  }
}
