import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { SERVER_STATES } from '../core/config/server.ts';
import { countOf, type LogEntry } from '../core/events.ts';
import type { Member, Services } from '../pool/services.ts';
import type { ApiContext } from './api-context.ts';

/** Seconds; a decision takes some microseconds, the upper buckets show queueing. */
const DECISION_BUCKETS = [0.000_025, 0.000_05, 0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25];
/** Seconds; from one rack to intercontinental links and overloaded servers. */
const RESPONSE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Reasons of refusals with a label of their own; further ones are `other`. */
const MAX_REASONS = 20;

const OF_SERVER = ['service', 'server'] as const;

/** The parts of a controller that are measured. */
export type Measured = Pick<ApiContext, 'app' | 'log' | 'version' | 'alerts' | 'switches' | 'now'>;

/** A metric, for the documents. */
export interface Described {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * The metrics for Prometheus. Labels are names of services, servers and switches, and fixed words, never addresses of clients, so there are
 * as many series as configured objects.
 */
export class Metrics {
  readonly registry = new Registry();
  /** Every metric of ours, for the documents. */
  readonly described: Described[] = [];
  readonly #reasons = new Set<string>();
  readonly #decisions = this.#counter('decisions_total', 'Connections that were assigned to the server.', OF_SERVER);
  readonly #refused = this.#counter('refused_total', 'Connections that were refused, by reason.', ['service', 'reason']);
  readonly #ended = this.#counter('connections_ended_total', 'Connections that ended, by reason.', [...OF_SERVER, 'why']);
  readonly #bytes = this.#counter('bytes_total', 'Bytes of ended connections; direction in is from client to server.', [
    ...OF_SERVER,
    'direction',
  ]);
  readonly #restored = this.#counter(
    'restored_total',
    'Flows, groups, meters and connections that were restored after somebody else changed them.',
    ['switch'],
  );
  readonly #warnings = this.#counter('warnings_total', 'Warnings that were logged.', []);
  readonly #configs = this.#counter('config_changes_total', 'Configuration changes that were applied or refused.', ['state']);
  readonly #response = this.#histogram(
    'response_seconds',
    'Time from the decision to the SYN-ACK of the server.',
    RESPONSE_BUCKETS,
    OF_SERVER,
  );
  readonly #decision = this.#histogram(
    'decision_seconds',
    'Time that the controller takes for the first packet of a connection.',
    DECISION_BUCKETS,
    [],
  );
  readonly #skipped = this.#counter('log_skipped_lines_total', 'Log lines that were skipped because a reader was too slow.', []);
  #skippedBefore = 0;
  readonly #services: Services;

  /** `ofProcess`: with the default metrics of the process. */
  constructor(context: Measured, { ofProcess }: { readonly ofProcess: boolean }) {
    this.#services = context.app.services;
    this.#gauges(context);
    if (ofProcess) collectDefaultMetrics({ register: this.registry });
  }

  onEntry(entry: LogEntry): void {
    if (entry.type === 'decision') this.#decisions.inc({ service: entry.service, server: entry.server.name });
    else if (entry.type === 'refused') this.#refused.inc({ service: entry.service, reason: this.#reason(entry.reason.rule) });
    else if (entry.type === 'end') this.#onEnd(entry);
    else if (entry.type === 'restored') this.#restored.inc({ switch: entry.dpid }, countOf(entry) + entry.connections);
    else if (entry.type === 'warning') this.#warnings.inc();
    else if (entry.type === 'config') this.#onConfig(entry.state);
  }

  /** How long it took to handle the first packet of a connection, in seconds. */
  decided(seconds: number): void {
    this.#decision.observe(seconds);
  }

  #onEnd({ service, server, why, bytes, responseMs }: Extract<LogEntry, { type: 'end' }>): void {
    this.#ended.inc({ service, server, why });
    this.#bytes.inc({ service, server, direction: 'in' }, bytes.in);
    this.#bytes.inc({ service, server, direction: 'out' }, bytes.out);
    if (responseMs !== undefined) this.#response.observe({ service, server }, responseMs / 1000);
  }

  /** Removes the series of what is no longer configured. */
  #onConfig(state: 'applied' | 'refused'): void {
    this.#configs.inc({ state });
    if (state !== 'applied') return;
    for (const metric of [this.#decisions, this.#refused, this.#ended, this.#bytes, this.#response]) void this.#prune(metric);
  }

  async #prune(metric: Counter | Histogram): Promise<void> {
    const { values } = await metric.get();
    for (const { labels } of values) {
      const { le: _le, ...own } = labels as Record<string, string>;
      const isKnown =
        own.server === undefined ? this.#services.named(own.service!) : this.#services.member(`${own.service}/${own.server}`);
      if (isKnown === undefined) metric.remove(own);
    }
  }

  #reason(rule: string): string {
    if (!this.#reasons.has(rule) && this.#reasons.size >= MAX_REASONS) return 'other';
    this.#reasons.add(rule);
    return rule;
  }

  /** The values that are read when Prometheus scrapes. */
  #gauges(context: Measured): void {
    const { app, log, version } = context;
    this.#gauge('info', 'Always 1; the label carries the version.', ['version'], gauge => gauge.set({ version }, 1));
    this.#ofServers(context);
    this.#ofSwitches(context);
    this.#gauge('service_up', '1 if a server of the service takes new connections.', ['service'], gauge => {
      for (const service of app.services.list)
        gauge.set({ service: service.name }, app.health.stateOf(service) === 'down' ? 0 : 1);
    });
    this.#gauge('service_panic', '1 while the service keeps servers in use although their probes fail.', ['service'], gauge => {
      for (const service of app.services.list)
        gauge.set({ service: service.name }, app.health.stateOf(service) === 'panic' ? 1 : 0);
    });
    this.#gauge('alerts', 'Active alerts.', ['alert'], gauge => {
      for (const { alert } of context.alerts()) gauge.inc({ alert });
    });
    this.#gauge('log_readers', 'Connected readers of the log.', [], gauge => {
      gauge.set(log.readers);
      this.#skipped.inc(log.skipped - this.#skippedBefore);
      this.#skippedBefore = log.skipped;
    });
  }

  #ofServers({ app: { services } }: Measured): void {
    const each = (name: string, help: string, value: (member: Member) => number) =>
      this.#gauge(name, help, OF_SERVER, gauge => {
        for (const member of services.members.values())
          gauge.set({ service: member.service.name, server: member.server.name }, value(member));
      });
    each('connections', 'Living connections.', ({ server }) => server.connections);
    each('server_up', '1 if the health of the server is up.', ({ server }) => (server.health === 'up' ? 1 : 0));
    each('server_weight', 'Weight in effect, slow start included.', ({ server }) => server.weight);
    this.#gauge(
      'server_state',
      '1 for the administrative state of the server, 0 for the others.',
      ['service', 'server', 'state'],
      gauge => {
        for (const { service, server } of services.members.values())
          for (const state of SERVER_STATES)
            gauge.set({ service: service.name, server: server.name, state }, server.config.state === state ? 1 : 0);
      },
    );
  }

  #ofSwitches({ switches, now }: Measured): void {
    this.#gauge('switch_connected', '1 if the switch is connected.', ['switch'], gauge => {
      for (const { dpid, connected } of switches.list) gauge.set({ switch: dpid }, connected ? 1 : 0);
    });
    this.#gauge('switch_flows', 'Flows in all tables of the switch, as the switch counts them.', ['switch'], async gauge => {
      const counts = switches.list.map(async ({ dpid }) => ({ dpid, flows: await switches.flows(dpid, now()) }));
      for (const { dpid, flows } of await Promise.all(counts)) if (flows !== null) gauge.set({ switch: dpid }, flows);
    });
  }

  #counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ ...this.#describe(name, 'counter', help, labelNames), labelNames });
  }

  #histogram<T extends string>(name: string, help: string, buckets: number[], labelNames: readonly T[]): Histogram<T> {
    return new Histogram({ ...this.#describe(name, 'histogram', help, labelNames), labelNames, buckets });
  }

  #gauge<T extends string>(name: string, help: string, labelNames: readonly T[], read: (gauge: Gauge<T>) => unknown): void {
    const collect = async () => {
      gauge.reset();
      await read(gauge);
    };
    const gauge = new Gauge({ ...this.#describe(name, 'gauge', help, labelNames), labelNames, collect });
  }

  #describe(short: string, type: Described['type'], help: string, labels: readonly string[]) {
    const name = `vipflow_${short}`;
    this.described.push({ name, type, help, labels });
    return { name, help, registers: [this.registry] };
  }
}
