import type { EventEntry, LogEntry } from '../../core/events.ts';
import { type Api, ApiError } from './api.ts';
import { Link, type LinkState } from './link.ts';
import { Activity } from './model/activity.ts';
import { History } from './model/history.ts';
import { begun, type Choice, EMPTY_JOURNAL, type Journal, type Line, newsIn, withEvents, withFlows } from './model/journal.ts';
import { NOTHING, type Snapshot, type Statistics, type Status, type StrategyOffer } from './model/snapshot.ts';

/** The page reads what moves each second, and what seldom changes each third second. */
const READ_EVERY_MS = 1000;
const SELDOM = 3;
/** Reading that follows a line of `/events`. */
const READ_SOON_MS = 80;
const HISTORY_MINUTES = 10;
/** What is read of the history again and again: the part that a hiccup may have missed. */
const RECENT_MINUTES = 1;
const MEMORY = 200;
/** As `controller/core/config/api.ts` has it. */
const TOKEN = /^[A-Za-z0-9._~-]+$/;

/** Lines that mean that what was read is no longer so. */
const TURNS = new Set<string>(['server', 'service', 'switch', 'config', 'alert', 'table']);

/** What the page knows, and the ways in which it learns. One for each page; whoever shows it subscribes. */
export class Store {
  readonly history = new History();
  readonly activity = new Activity();
  readonly #api: Api;
  readonly #link: Link;
  readonly #readers = new Set<() => void>();
  readonly #watchers = new Set<(lines: readonly LogEntry[]) => void>();
  snapshot: Snapshot = NOTHING;
  journal: Journal = EMPTY_JOURNAL;
  link: LinkState = { is: 'connecting' };
  /** The token that was given may only look. */
  isReadOnly = false;
  /** Local clock minus the controller's, in milliseconds. */
  skewMs = 0;
  #turn = 0;
  #soon: number | undefined;

  constructor(api: Api) {
    this.#api = api;
    this.#link = new Link(api, {
      state: state => this.#set({ link: state }),
      sync: status => this.#sync(status),
      flows: lines => this.#onFlows(lines),
      events: lines => this.#onEvents(lines),
    });
  }

  start(): void {
    void this.#link.run();
    setInterval(() => void this.#tick(), READ_EVERY_MS);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.link.is === 'live') void this.#readHistory(HISTORY_MINUTES);
    });
  }

  subscribe(reader: () => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** Gets what is new on `/flows`, for pictures that move. */
  watch(watcher: (lines: readonly LogEntry[]) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Milliseconds since the epoch by the controller's clock. */
  now(): number {
    return Date.now() - this.skewMs;
  }

  retry(): void {
    this.#link.hurry();
  }

  /** What cannot be a token is refused here: a browser would not even send it. */
  useToken(token: string): void {
    if (!TOKEN.test(token)) {
      this.#set({ link: { is: 'token', refused: true } });
      return;
    }
    this.#api.token = token;
    this.isReadOnly = false;
    this.#link.hurry();
  }

  /** Changes the controller; that this reader may not is remembered. Rejects with `ApiError`. */
  async send(method: 'POST' | 'PATCH', path: string, body?: unknown): Promise<void> {
    try {
      await this.#api.send(method, path, body);
    } catch (error) {
      if (error instanceof ApiError && error.status === 403) this.#set({ isReadOnly: true });
      throw error;
    } finally {
      this.#readSoon();
    }
  }

  /** Reads something for a part of the page. Rejects with `ApiError`. */
  get<T>(path: string): Promise<T> {
    return this.#api.get<T>(path);
  }

  text(path: string): Promise<string> {
    return this.#api.text(path);
  }

  /** A page that begins takes what the controller remembers; one that comes back goes on where it was, unless that was another run. */
  async #sync(status: Status): Promise<Journal['seen']> {
    const isSame = this.snapshot.status?.startedAt === status.startedAt;
    this.skewMs = Date.now() - Date.parse(status.now);
    this.#set({ snapshot: { ...this.snapshot, status } });
    if (!isSame) {
      this.history.clear();
      const [choices, events] = await Promise.all([
        this.#api.get<{ items: Choice[] }>(`/decisions?limit=${MEMORY}`),
        this.#api.get<{ items: EventEntry[] }>('/events').catch(() => ({ items: [] })),
      ]);
      this.#set({ journal: begun(this.journal, choices.items, events.items.reverse()) });
      for (const line of [...choices.items].reverse()) this.activity.add(line, Date.parse(line.time));
    }
    await Promise.all([this.#read(true, HISTORY_MINUTES), this.#askMayChange()]);
    return this.journal.seen;
  }

  /** Whether our token may change anything: asks for a check that changes nothing, and that only an admin may ask for. */
  async #askMayChange(): Promise<void> {
    if (this.#api.token === null) return;
    const refusal = await this.#api.send('POST', '/config/check', {}).catch((error: unknown) => error);
    this.#set({ isReadOnly: refusal instanceof ApiError && refusal.status === 403 });
  }

  async #tick(): Promise<void> {
    if (this.link.is !== 'live' || document.hidden) return;
    this.#turn += 1;
    await this.#read(this.#turn % SELDOM === 0).catch(() => {});
  }

  #readSoon(): void {
    clearTimeout(this.#soon);
    this.#soon = setTimeout(() => void this.#read(true).catch(() => {}), READ_SOON_MS) as unknown as number;
  }

  async #read(all: boolean, minutes = RECENT_MINUTES): Promise<void> {
    const api = this.#api;
    const [status, services] = await Promise.all([
      api.get<Status>('/status'),
      api.get<NonNullable<Snapshot['services']>>('/services'),
      this.#readHistory(minutes),
    ]);
    const seldom = all ? await this.#readSeldom() : {};
    this.#set({ snapshot: { ...this.snapshot, ...seldom, status, services } });
  }

  async #readSeldom(): Promise<Partial<Snapshot>> {
    const api = this.#api;
    const [switches, hosts, links, alerts, strategies] = await Promise.all([
      api.get<NonNullable<Snapshot['switches']>>('/switches'),
      api.get<Snapshot['hosts']>('/hosts'),
      api.get<Snapshot['links']>('/links'),
      api.get<Snapshot['alerts']>('/alerts'),
      this.snapshot.strategies.length > 0 ? this.snapshot.strategies : api.get<StrategyOffer[]>('/strategies'),
    ]);
    return { switches, hosts, links, alerts, strategies };
  }

  async #readHistory(minutes: number): Promise<void> {
    const statistics = await this.#api.get<Statistics>(`/statistics?minutes=${minutes}`).catch(() => undefined);
    if (statistics !== undefined) this.history.merge(statistics);
  }

  #onFlows(lines: readonly Line[]): void {
    const { fresh } = newsIn(lines, this.journal.seen.flows);
    for (const line of fresh) this.activity.add(line, this.now());
    this.#set({ journal: withFlows(this.journal, lines) });
    for (const watcher of this.#watchers) watcher(fresh);
  }

  #onEvents(lines: readonly Line[]): void {
    this.#set({ journal: withEvents(this.journal, lines) });
    if (lines.some(({ type }) => TURNS.has(type))) this.#readSoon();
  }

  #set(changed: Partial<Pick<Store, 'snapshot' | 'journal' | 'link' | 'isReadOnly'>>): void {
    Object.assign(this, changed);
    for (const reader of this.#readers) reader();
  }
}
