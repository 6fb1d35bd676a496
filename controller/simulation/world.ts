import { decode, describe, encode } from '../../openflow/index.ts';
import { macBytes } from '../../openflow/wire/addresses.ts';
import { VirtualClock } from '../../topologies/embedded/clock.ts';
import { EmbeddedLab } from '../../topologies/embedded/lab.ts';
import { Random } from '../../topologies/embedded/random.ts';
import type { LabSpec } from '../../topologies/spec.ts';
import type { Config } from '../core/config.ts';
import { readCookie } from '../core/cookie.ts';
import type { ControlDelay } from './control-link.ts';
import { ControlPlane } from './control-plane.ts';
import { Disturbances } from './disturbances.ts';
import { between } from './drawing.ts';
import { EventLog } from './event-log.ts';
import { Facts } from './facts.ts';
import { frameText } from './frame-text.ts';
import { Invariants, type Violation } from './invariants.ts';
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
    this.invariants = new Invariants(spec, clock, this.disturbances, this.facts, violation => this.#violated(violation));
    this.controller = this.#controller(config);
    const quality = this.random.fork('links');
    this.lab = new EmbeddedLab(spec, {
      clock,
      random: this.random.fork('lab'),
      makeSwitch: place => new SimulatedSwitch(place, maxFlows),
      link: () => ({ delayMs: between(quality, WORLD.linkDelayMs), jitterMs: between(quality, WORLD.linkJitterMs) }),
      server: { service: { kind: 'uniform', lowMs: WORLD.serviceMs[0], highMs: WORLD.serviceMs[1] } },
    });
    this.control = this.#controlPlane(delay);
    for (const index of spec.hosts.keys()) this.#observe(index);
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
      turn: turn => invariants.turn(turn),
      line: entry => log.line('log', JSON.stringify(entry)),
      defect: error => {
        if (error instanceof MadeDefect) invariants.defect();
        else invariants.fail('no-throw', error.stack ?? error.message);
      },
      started: run => {
        log.line('controller', `begins, run ${run}`);
        invariants.ledger.started(run);
      },
      crashed: run => {
        log.line('controller', `crashed, run ${run}`);
        invariants.ledger.crashed();
      },
    });
  }

  #controlPlane(delay: ControlDelay): ControlPlane {
    const { log, disturbances } = this;
    const random = this.random.fork('control');
    return new ControlPlane(this.clock, random, this.controller, this.lab.switches.values(), delay, {
      message: (at, message, toController) => {
        if (log.isTraced) log.detail(toController ? `${at.name} >` : `${at.name} <`, () => describe(decode(encode(message))));
        if (toController && message.type === 'error') disturbances.end(disturbances.begin('table-full', '*'));
      },
    });
  }

  /** The links of hosts tell what passes. A host has one link, which has its own index in the description. */
  #observe(index: number): void {
    const { lab, invariants, log } = this;
    const { name, role } = lab.spec.hosts[index]!;
    const at = lab.spec.links.findIndex(ends => ends.includes(name));
    const link = lab.links[at]!;
    const hostEnd = lab.spec.links[at]![0] === name ? 0 : 1;
    const mac = macBytes(lab.host(name).mac)!;
    link.observer = (frame, from, fate) => {
      const fromHost = from.index === hostEnd;
      if (log.isTraced) log.detail(`${name} ${fromHost ? '>' : '<'}`, () => `${fate} ${frameText(frame)}`);
      const given = fate === 'sent' || fate === 'reordered' || fate === 'lost';
      if (given) log.frame(frame, at);
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

  #violated({ law, text }: Violation): void {
    this.log.line('VIOLATED', `${law}: ${text}`);
  }
}
