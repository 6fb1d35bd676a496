import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { ListenAddress } from '../core/config.ts';
import type { LogEntry } from '../core/events.ts';
import { Access } from './access.ts';
import { type ApiApp, apiApp, apiPart } from './api-app.ts';
import type { ApiContext } from './api-context.ts';
import { ConfigStore } from './config-store.ts';
import { dashboardFiles } from './dashboard-files.ts';
import type { Run } from './log/query.ts';
import { LogSockets } from './log/sockets.ts';
import { LogStream, type Soon } from './log/stream.ts';
import { Metrics } from './metrics.ts';
import { openapiDocument } from './openapi.ts';
import { alertRoutes } from './routes/alerts.ts';
import { configRoutes } from './routes/config.ts';
import { connectionRoutes } from './routes/connections.ts';
import { logRoutes } from './routes/log.ts';
import { pageRoutes } from './routes/pages.ts';
import { serviceRoutes } from './routes/services.ts';
import { statusRoutes } from './routes/status.ts';
import { switchRoutes } from './routes/switches.ts';
import { Statistics } from './statistics.ts';
import { SwitchRecords } from './switch-records.ts';
import { servicesView } from './views/service.ts';
import { statusView } from './views/status.ts';
import { switchViewWith } from './views/switch.ts';

/** Connections at once, readers of the log among them. */
export const MAX_HTTP_CONNECTIONS = 1024;

/** The routes of REST, in the order of the OpenAPI document. */
const ROUTES = [statusRoutes, serviceRoutes, switchRoutes, connectionRoutes, alertRoutes, configRoutes];

/** The parts of a controller that its HTTP side needs. */
export interface HttpApiOptions extends Omit<ApiContext, 'log' | 'statistics' | 'switches' | 'startedAt' | 'store'> {
  /** The file of the configuration, when it may be written back; undefined for labs. */
  readonly configFile: string | undefined;
  /** The address to listen on. */
  readonly address: ListenAddress;
  readonly soon: Soon;
  /** Whether metrics cover the process, too; true by default. */
  readonly ofProcess?: boolean;
  /** Receives unexpected errors of requests. */
  readonly onDefect: (error: Error) => void;
}

/** The HTTP side of a controller: the log, REST, metrics and the dashboard. It gets log lines and ticks, and blocks nobody. */
export class HttpApi {
  /** The routes without a socket: `app.request()` calls them. */
  readonly app: ApiApp;
  readonly metrics: Metrics;
  readonly log: LogStream;
  readonly #context: ApiContext;
  readonly #address: ListenAddress;
  readonly #sockets: LogSockets;
  readonly #server: Server;

  constructor({ address, soon, onDefect, configFile, ofProcess = true, ...parts }: HttpApiOptions) {
    this.#address = address;
    this.log = new LogStream(soon);
    const startedAt = parts.now();
    const switches = new SwitchRecords(parts.ask);
    const store = new ConfigStore(configFile);
    this.#context = { ...parts, startedAt, store, log: this.log, statistics: new Statistics(startedAt), switches };
    const { now, liveConfig } = parts;
    const access = new Access(() => liveConfig.document.config.api, address);
    const run = runOf(this.#context);
    this.metrics = new Metrics(this.#context, { ofProcess });
    this.#sockets = new LogSockets({ stream: this.log, access, run, now });
    const files = dashboardFiles();
    const open = new Set(['/', '/healthz', '/openapi.json', ...files.keys()]);
    this.app = apiApp({ access, now, onDefect, isPublic: path => open.has(path) });
    this.#route(run, files);
    this.#server = createServer(getRequestListener(this.app.fetch, { overrideGlobalObjects: false }));
    this.#server.maxConnections = MAX_HTTP_CONNECTIONS;
    this.#sockets.attach(this.#server);
  }

  onEntry(entry: LogEntry): void {
    const now = this.#context.now();
    this.log.publish(entry, now);
    this.#context.statistics.onEntry(entry, now);
    this.metrics.onEntry(entry);
    if (entry.type === 'switch') this.#context.switches.onEntry(entry);
  }

  onTick(now: number): void {
    this.#context.statistics.onTick(now, this.#context.app.services);
    this.log.onTick(now);
    this.#sockets.onTick(now);
  }

  /** Listens; resolves with the port. Rejects with the listener's error, such as `EADDRINUSE`. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#address.port, this.#address.host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.log.close();
    this.#sockets.close();
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #route(run: Run, files: ReturnType<typeof dashboardFiles>): void {
    const context = this.#context;
    const api = this.app;
    const v1 = apiPart();
    for (const routes of ROUTES) routes(v1, context);
    api.route('/api/v1', v1);
    logRoutes(api, this.log, run);
    pageRoutes(api, files);
    const { registry } = this.metrics;
    api.get('/metrics', async c => c.body(await registry.metrics(), 200, { 'content-type': registry.contentType }));
    api.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
    let document: object | undefined;
    api.get('/openapi.json', c => {
      document ??= openapiDocument(api, context.version);
      return c.json(document);
    });
  }
}

function runOf(context: ApiContext): Run {
  const id = new Date(context.startedAt).toISOString();
  const snapshot = () => ({
    v: 1 as const,
    type: 'snapshot' as const,
    run: id,
    seq: context.log.seq,
    status: statusView(context),
    services: servicesView(context),
    switches: context.switches.list.map(record => switchViewWith(context, record, null)),
  });
  return { id, snapshot };
}
