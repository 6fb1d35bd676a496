import { z } from 'zod';
import type { StrategyConfig } from '../core/config.ts';
import { boundedLoadHash, boundedLoadHashOptions } from './bounded-load-hash.ts';
import { hash, hashOptions } from './hash.ts';
import { leastConnections } from './least-connections.ts';
import { leastLoad } from './least-load.ts';
import { leastResponseTime, leastResponseTimeOptions } from './least-response-time.ts';
import { powerOfTwoChoices } from './power-of-two-choices.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import type { Candidate, Strategy } from './strategy.ts';
import { weightedLeastConnections } from './weighted-least-connections.ts';
import { weightedRoundRobin } from './weighted-round-robin.ts';

/** What a strategy wants to be seen in the switches beside the first packet of each connection. */
export const wantsSchema = z.strictObject({
  /** The server's FIN and RST of each connection come to the controller, so that `connections` is right to the packet. */
  closes: z.boolean().optional(),
  /** The server's SYN-ACK comes to the controller, so that `response` is measured on every connection. */
  responses: z.boolean().optional(),
  /** `bytesPerSecond` is kept, from statistics of the switches. */
  traffic: z.boolean().optional(),
});
export type Wants = z.output<typeof wantsSchema>;

/** A strategy as it is offered. */
export interface StrategyEntry {
  /** A fresh one, for one service. `options` have passed the schema. */
  readonly make: <C extends Candidate>(options: never) => Strategy<C>;
  /** Its settings in `vipflow.yaml`, beside `name`. */
  readonly options: z.ZodType;
  readonly wants?: Wants;
  /** The default affinity of a service with this strategy. */
  readonly affinity?: 'client-ip';
  /** It gives each server the same, whatever its weight. */
  readonly ignoresWeights?: true;
  /** One line, for the documents and for people who choose. */
  readonly summary: string;
}

const none = z.strictObject({});

/** Every strategy by its name in `vipflow.yaml`. */
export const strategies: Readonly<Record<string, StrategyEntry>> = {
  'round-robin': { make: roundRobin, options: none, ignoresWeights: true, summary: 'each server in turn' },
  'sticky-round-robin': {
    make: roundRobin,
    options: none,
    affinity: 'client-ip',
    ignoresWeights: true,
    summary: 'each new client gets the next server and keeps it',
  },
  'weighted-round-robin': {
    make: weightedRoundRobin,
    options: none,
    summary: 'each server in turn, in proportion to its weight, without bursts',
  },
  hash: {
    make: hash,
    options: hashOptions,
    summary: "the server of the client's hash slot; needs no memory, and few clients move when servers change",
  },
  'bounded-load-hash': {
    make: boundedLoadHash,
    options: boundedLoadHashOptions,
    wants: { closes: true },
    summary: 'like hash, but skips servers with more than their share of connections',
  },
  'least-connections': {
    make: leastConnections,
    options: none,
    wants: { closes: true },
    ignoresWeights: true,
    summary: 'the server with the fewest living connections',
  },
  'weighted-least-connections': {
    make: weightedLeastConnections,
    options: none,
    wants: { closes: true },
    summary: 'the server with the fewest living connections for its weight',
  },
  'least-response-time': {
    make: leastResponseTime,
    options: leastResponseTimeOptions,
    wants: { closes: true, responses: true },
    summary: 'the server with the lowest response time, weighted by its connections',
  },
  'least-load': {
    make: leastLoad,
    options: none,
    wants: { closes: true, traffic: true },
    summary: 'the server that moves the fewest bytes per second for its weight',
  },
  random: { make: random, options: none, summary: 'a random server, in proportion to its weight' },
  'power-of-two-choices': {
    make: powerOfTwoChoices,
    options: none,
    wants: { closes: true },
    summary: 'two servers drawn by weight, of which the one with fewer connections is chosen',
  },
};

/** A fresh strategy with the settings of a configuration. Throws where they are none of its own. */
export function strategyOf<C extends Candidate>({ options }: Pick<StrategyConfig, 'options'>, entry: StrategyEntry): Strategy<C> {
  return entry.make<C>(entry.options.parse(options) as never);
}

export const strategyNames = Object.keys(strategies);
