import type { Host } from '../../topologies/embedded/host/host.ts';
import { type RequestRecord, VISIT, Visit, type VisitOptions } from '../../topologies/embedded/http/visit.ts';
import type { Random } from '../../topologies/embedded/random.ts';
import type { LabService } from '../../topologies/spec.ts';
import { weighted, wholeBetween } from './drawing.ts';
import { UDP_TALK, VISITS } from './settings.ts';

/** What became of one request or datagram. */
export interface Outcome {
  readonly protocol: 'tcp' | 'udp';
  readonly client: string;
  readonly ip: string;
  readonly localPort: number;
  readonly from: number;
  readonly error: string | undefined;
  /** Who answered, where the answer tells. */
  readonly page: string | undefined;
}

/** What a visit of each kind does. */
const DRAWN: Readonly<Record<keyof typeof VISITS, (random: Random) => Partial<VisitOptions>>> = {
  short: () => ({}),
  large: random => ({ path: `/bytes?count=${wholeBetween(random, VISITS.large.bytes)}` }),
  'keep-alive': random => {
    const { requests, thinkMs } = VISITS['keep-alive'];
    const [lowMs, highMs] = thinkMs;
    return { requests: wholeBetween(random, requests), think: { kind: 'uniform', lowMs, highMs } };
  },
  stream: random => {
    const { seconds, everyMs } = VISITS.stream;
    const path = `/stream?seconds=${wholeBetween(random, seconds)}&everyMs=${wholeBetween(random, everyMs)}`;
    return { path, timeoutMs: 20_000 };
  },
  'same-port': random => {
    const { firstPort, ports } = VISITS['same-port'];
    return { localPort: firstPort + random.integer(ports) };
  },
};

/** Clients that do what clients do, drawn from a generator of their own. */
export class Traffic {
  readonly #random: Random;
  readonly #clients: readonly Host[];
  readonly #outcome: (outcome: Outcome) => void;
  #udpPort: number = UDP_TALK.firstPort;
  /** Visits and talks that are not over. */
  inProgress = 0;

  constructor(random: Random, clients: readonly Host[], outcome: (outcome: Outcome) => void) {
    this.#random = random;
    this.#clients = clients;
    this.#outcome = outcome;
  }

  /** One connection from now on, of a kind that is drawn. */
  visit({ vip: ip, port }: LabService): void {
    const host = this.#random.choice(this.#clients);
    const options: VisitOptions = { ...VISIT, ip, port, ...DRAWN[weighted(this.#random, VISITS)](this.#random) };
    this.inProgress += 1;
    const record = ({ localPort, start, error, body, status }: RequestRecord) => {
      // A port that is taken by a visit before opens no connection.
      if (error === 'aborted' && start === host.clock.now()) return;
      const page = error === undefined && options.path === '/' ? body : undefined;
      const wrong = error ?? (status === 200 ? undefined : `status ${status}`);
      this.#outcome({ protocol: 'tcp', client: host.name, ip: host.ip, localPort, from: start, error: wrong, page });
    };
    new Visit(host, this.#random, options, { record, done: () => this.inProgress-- });
  }

  /** Datagrams from one port, each of which asks for an answer. */
  talk({ vip, port }: LabService): void {
    const host = this.#random.choice(this.#clients);
    const localPort = this.#udpPort++;
    let waiting: { readonly from: number; readonly timer: { cancel(): void } } | undefined;
    const settle = (error: string | undefined, page?: string) => {
      if (waiting === undefined) return;
      const { from, timer } = waiting;
      waiting = undefined;
      timer.cancel();
      this.#outcome({ protocol: 'udp', client: host.name, ip: host.ip, localPort, from, error, page });
    };
    const socket = host.udp.bind(
      {
        datagram: ({ bytes }) => settle(undefined, new TextDecoder().decode(bytes).replace(/ \S+\n$/, '')),
        refused: () => settle('refused'),
      },
      localPort,
    );
    if (socket === undefined) return;
    this.inProgress += 1;
    let left = wholeBetween(this.#random, UDP_TALK.datagrams);
    const next = () => {
      settle('no answer');
      left -= 1;
      if (left < 0) {
        this.inProgress -= 1;
        socket.close();
        return;
      }
      const timer = host.clock.after(UDP_TALK.answerMs, () => settle('no answer'));
      waiting = { from: host.clock.now(), timer };
      socket.send(host.path(vip), port, new TextEncoder().encode(`question ${left}`));
      host.clock.after(UDP_TALK.answerMs + this.#random.uniform(...UDP_TALK.gapMs), next);
    };
    next();
  }
}
