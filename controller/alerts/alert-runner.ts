import type { Clock, Random } from '../core/clock.ts';
import type { AlertChannelConfig } from '../core/config/alert-channel.ts';
import type { AlertsConfig, Config } from '../core/config.ts';
import type { AlertEntry, LogEntry } from '../core/events.ts';
import { Alerts } from './alerts.ts';
import { channelOf, overdue } from './channels.ts';
import { type Attempt, Delivery } from './delivery.ts';
import { DeliveryError } from './failure.ts';
import type { Incident, Notice } from './incident.ts';
import { type AlertMessage, type Deliver, logText, messageOf, withMissed } from './message.ts';

/** The error of an attempt whose channel was removed. */
const STOPPED = new DeliveryError('temporary', 'the channel was removed', 'no action is needed');

export interface AlertRunnerOptions {
  /** The configuration in force. */
  readonly current: () => Pick<Config, 'alerts' | 'services'>;
  readonly clock: Clock;
  readonly random: Random;
  /** Logs an alert line, given without its head. */
  readonly log: (entry: Pick<AlertEntry, 'alert' | 'subject' | 'state' | 'message'>) => void;
}

/** A channel with its queue, and its current attempt. */
interface Line {
  config: AlertChannelConfig;
  deliver: Deliver;
  readonly delivery: Delivery<AlertMessage>;
  abort?: AbortController;
}

/** Notifies people: takes the lines of the log, sends messages to the channels. It runs on `onTick`, blocks nothing, and never throws for a channel. */
export class AlertRunner {
  readonly #options: AlertRunnerOptions;
  readonly #alerts: Alerts;
  #config: AlertsConfig;
  #lines: readonly Line[] = [];
  readonly #onTheWay = new Set<Promise<void>>();
  #count = 0;
  #isStopped = false;

  constructor(options: AlertRunnerOptions) {
    this.#options = options;
    this.#config = options.current().alerts;
    const membersOf = (service: string) => options.current().services.find(({ name }) => name === service)?.servers;
    this.#alerts = new Alerts(this.#config, membersOf, options.clock.now());
    this.#configure();
  }

  /** The active alerts. */
  get open(): readonly Incident[] {
    return this.#alerts.open;
  }

  /** Applies changed settings: messages that wait for a remaining channel are tried at once. */
  #configure(): void {
    const config = this.#options.current().alerts;
    this.#config = config;
    this.#alerts.rules = config;
    const before = new Map(this.#lines.map(line => [line.config.name, line]));
    this.#lines = config.channels.map(channel => {
      const line = before.get(channel.name) ?? { delivery: new Delivery<AlertMessage>(channel.name, channel) };
      before.delete(channel.name);
      line.delivery.limits = channel;
      line.delivery.hurry();
      return Object.assign(line, { config: channel, deliver: channelOf(channel) });
    });
    for (const { abort } of before.values()) abort?.abort(STOPPED);
  }

  onEntry(entry: LogEntry): void {
    if (entry.type === 'alert') return;
    if (entry.type === 'config' && entry.state === 'applied') this.#configure();
    this.#alerts.onEntry(entry, this.#options.clock.now());
  }

  /** To be called often. */
  onTick(): void {
    if (this.#isStopped) return;
    const now = this.#options.clock.now();
    for (const notice of this.#alerts.onTick(now)) this.#announce(notice, now);
    for (const line of this.#lines) {
      if (line.delivery.isOverdue(now)) line.abort?.abort(overdue(line.config.timeoutMs));
      const attempt = line.delivery.next(now);
      if (attempt !== undefined) this.#attempt(line, attempt);
    }
  }

  /** Aborts the current attempts, and waits until they have ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { abort } of this.#lines) abort?.abort(STOPPED);
    await Promise.all(this.#onTheWay);
  }

  #announce(notice: Notice, now: number): void {
    const { state, incidents } = notice;
    if (state !== 'reminder') {
      for (const incident of incidents)
        this.#options.log({ alert: incident.alert, subject: incident.subject, state, message: logText(incident, state) });
    }
    if (state === 'resolved' && !this.#config.resolved) return;
    this.#count += 1;
    for (const { config, delivery } of this.#lines) {
      // An alert that became another one is reported as that one.
      const isWanted = ({ alert, became, isDropped }: Incident) =>
        config.on.includes(alert) && became === undefined && !isDropped;
      const wanted = incidents.filter(isWanted);
      if (wanted.length === 0) continue;
      const message = messageOf({ state, incidents: wanted }, `${now}-${this.#count}`, this.#config.lang, now);
      this.#report(config.name, delivery.add(message, now));
    }
  }

  #attempt(line: Line, { message, missed }: Attempt<AlertMessage>): void {
    const { delivery, config, deliver } = line;
    const { clock, random } = this.#options;
    const abort = new AbortController();
    line.abort = abort;
    const work = deliver(withMissed(message, missed, this.#config.lang), abort.signal)
      .then(
        () => delivery.onSuccess(clock.now()),
        (error: DeliveryError) => delivery.onFailure(error, clock.now(), random),
      )
      .then(reports => {
        if (!this.#isStopped && this.#lines.includes(line)) this.#report(config.name, reports);
        this.#onTheWay.delete(work);
      });
    this.#onTheWay.add(work);
  }

  #report(subject: string, reports: ReturnType<Delivery<AlertMessage>['onSuccess']>): void {
    for (const report of reports) this.#options.log({ alert: 'delivery', subject, ...report });
  }
}
