import type { ControlDelay } from './control-link.ts';

/** A range from which a number is drawn evenly. */
export type Range = readonly [low: number, high: number];

/** In so long what somebody else changed in a switch is put back; until then it may be felt. */
const FOREIGN_MS = 3000;

/** What may go wrong in a world, by its name on the command line. */
export const FAULTS = {
  'server-crash': { what: 'a server and its host die without a word, and come back', weight: 3, forMs: [300, 15_000] },
  'server-hang': { what: 'a server process stops, and goes on', weight: 2, forMs: [300, 15_000] },
  'server-kill': { what: 'a server process dies, its host resets its connections; it comes back', weight: 2, forMs: [300, 8000] },
  'server-refuse': { what: 'a server takes no new connection', weight: 1, forMs: [300, 5000] },
  'link-down': { what: 'a cable is pulled out and put back', weight: 3, forMs: [50, 10_000] },
  'packet-loss': { what: 'a link loses packets', weight: 2, forMs: [1000, 8000] },
  'packet-duplicate': { what: 'a link delivers packets twice', weight: 1, forMs: [1000, 8000] },
  'packet-reorder': { what: 'packets of a link overtake each other', weight: 1, forMs: [1000, 8000] },
  'controller-crash': { what: 'the controller dies with all it knew, and begins anew', weight: 3, forMs: [50, 20_000] },
  'switch-reconnect': { what: 'a switch loses its controller and connects again', weight: 3, forMs: [10, 8000] },
  'switch-restart': { what: 'a switch loses its power and its flows', weight: 2, forMs: [50, 3000] },
  'slow-switch': { what: 'messages between a switch and the controller take long', weight: 2, forMs: [500, 6000] },
  reload: {
    what: 'the configuration changes: a strategy, a weight, a server that drains or is in maintenance',
    weight: 3,
    forMs: [50, 15_000],
  },
  'foreign-change': { what: 'somebody else deletes or changes flows of a switch', weight: 2, forMs: [FOREIGN_MS, FOREIGN_MS] },
  impostor: { what: 'a client sends frames under the MAC address of a server', weight: 1, forMs: [200, 3000] },
  defect: { what: 'a decider throws halfway, or when all is decided and nothing sent', weight: 1, forMs: [3000, 3000] },
  'table-full': { what: 'the flow tables are small for the whole of a world', weight: 1, forMs: [0, 0] },
} as const satisfies Record<string, { what: string; weight: number; forMs: Range }>;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** What a changed configuration changes, and how often. */
export const RELOADS = {
  strategy: { weight: 2 },
  weight: { weight: 1 },
  drain: { weight: 2 },
  standby: { weight: 1 },
  maintenance: { weight: 2 },
  removal: { weight: 2 },
} as const;

/** What somebody else does to the flows of a switch, and how often. */
export const FOREIGN_CHANGES = {
  /** `ovs-ofctl del-flows`. */
  'delete-all': { weight: 2 },
  'delete-one': { weight: 4 },
  /** Its packets are dropped. */
  'change-one': { weight: 2 },
  /** The same match and cookie under another priority. */
  'move-one': { weight: 1 },
} as const;

/** Every probability, count and time of a world. Times in ms. */
export const WORLD = {
  /** Virtual time at which every world begins: 2026-01-01T00:00:00Z. */
  epochMs: 1_767_225_600_000,
  /** Traffic begins when switches and servers have had time to be found. */
  trafficAtMs: 3000,
  trafficForMs: [8000, 25_000] as Range,
  servers: [1, 5] as Range,
  clients: [1, 4] as Range,
  switches: [1, 4] as Range,
  visits: [30, 150] as Range,
  udpTalks: [0, 15] as Range,
  /** Mean gap between faults. */
  faultEveryMs: [2000, 10_000] as Range,
  idleTimeoutSec: [10, 40] as Range,
  udpIdleTimeoutSec: [5, 20] as Range,
  finTimeoutSec: [2, 12] as Range,
  /** Of links, drawn for each. */
  linkDelayMs: [0.01, 0.5] as Range,
  linkJitterMs: [0, 0.2] as Range,
  control: { delayMs: [0.1, 3] as Range, jitterMs: [0, 1] as Range },
  slowControlMs: [50, 700] as Range,
  loss: [0.01, 0.3] as Range,
  duplicate: [0.01, 0.3] as Range,
  reorder: [0.05, 0.5] as Range,
  reorderMs: [0.2, 5] as Range,
  serviceMs: [0, 20] as Range,
  /** Those whose arithmetic is the same on every machine. */
  strategies: [
    ...['round-robin', 'weighted-round-robin', 'sticky-round-robin', 'hash', 'bounded-load-hash'],
    ...['least-connections', 'weighted-least-connections', 'random', 'power-of-two-choices'],
  ],
  maxWeight: 8,
  /** Flows in one table beyond the base, where it may run full. */
  spareFlows: [6, 60] as Range,
} as const;

/** Kinds of visits, how often each is drawn, and what they do. */
export const VISITS = {
  short: { weight: 6 },
  large: { weight: 1, bytes: [1000, 60_000] as Range },
  'keep-alive': { weight: 2, requests: [2, 6] as Range, thinkMs: [0, 3000] as Range },
  stream: { weight: 1, seconds: [1, 8] as Range, everyMs: [100, 1000] as Range },
  /** From one of a few ports that are used again and again. */
  'same-port': { weight: 3, ports: 3, firstPort: 20_000 },
} as const;

export const UDP_TALK = { datagrams: [1, 12] as Range, gapMs: [0, 2500] as Range, answerMs: 1000, firstPort: 10_000 } as const;

/** What must happen in which time when no fault explains a delay. */
export const BOUNDS = {
  /** From a client's SYN to the answer, or to the refusal. */
  synAnswerMs: 500,
  /** A SYN without an answer is sent again (RFC 6298, 2). */
  synAgainMs: 1000,
  /** A dead host is out of the pool after `fall` probes and some: intervals of 2 s, 1 s to answer. */
  detectMs: 7600,
  /** A pulled cable of a server is reported at once. */
  portDownMs: 100,
  /** The last probe of a host that was dead fails this long after it lives again, and is believed. */
  lateProbeMs: 1100,
  /** A living host is back in the pool after `rise` probes and some. */
  recoverMs: 8000,
  /** The server's direction of a connection that was silent is put back. */
  restoreMs: 20,
  /** A controller that begins has found its switches and servers. */
  controllerSettleMs: 4000,
  switchSettleMs: 2000,
  /** A question for an address that was lost is asked again, three times in all. */
  resolveMs: 3000,
  /** TCP's own patience after the last fault, at most. */
  drainMs: 400_000,
} as const;

/** The control channel of worlds that measure. */
export const NEAR: ControlDelay = { delayMs: 0.1, jitterMs: 0 };
