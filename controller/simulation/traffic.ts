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
    const kind = weighted(this.#random, VISITS);
    this.#begin(host, { ...VISIT, ip, port, ...this.#drawn(kind) });
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

  #drawn(kind: keyof typeof VISITS): Partial<VisitOptions> {
    const random = this.#random;
    switch (kind) {
      case 'short':
        return {};
      case 'large':
        return { path: `/bytes?count=${wholeBetween(random, VISITS.large.bytes)}` };
      case 'keep-alive': {
        const [lowMs, highMs] = VISITS['keep-alive'].thinkMs;
        return { requests: wholeBetween(random, VISITS['keep-alive'].requests), think: { kind: 'uniform', lowMs, highMs } };
      }
      case 'stream': {
        const { seconds, everyMs } = VISITS.stream;
        const path = `/stream?seconds=${wholeBetween(random, seconds)}&everyMs=${wholeBetween(random, everyMs)}`;
        return { path, timeoutMs: 20_000 };
      }
      case 'same-port': {
        const { firstPort, ports } = VISITS['same-port'];
        return { localPort: firstPort + random.integer(ports) };
      }
    }
  }

  #begin(host: Host, options: VisitOptions): void {
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
}
