import type { Incident } from '../../../controller/alerts/incident.ts';
import { HttpApi } from '../../../controller/api/http-api.ts';
import type { Command } from '../../../controller/core/command.ts';
import type { ConfigInput } from '../../../controller/core/config.ts';
import { ConfigDocument } from '../../../controller/core/config-file.ts';
import type { LogEntry } from '../../../controller/core/events.ts';
import type { Switch } from '../../../controller/core/switch.ts';
import { LiveConfig } from '../../../controller/live-config.ts';
import { builtIn } from '../../../controller/strategies/book.ts';
import { strategies } from '../../../controller/strategies/catalogue.ts';
import type { Port } from '../../../openflow/index.ts';
import { configWith, type dumpOf, switchOf, VIP, World } from '../connections/world.ts';

export const words = { strategies };

export const READ = 'read-token-0123456789';
export const ADMIN = 'admin-token-0123456789';
export const TOKENS: ConfigInput['api'] = {
  tokens: [
    { name: 'eyes', role: 'read', token: READ },
    { name: 'ops', role: 'admin', token: ADMIN },
  ],
  hosts: ['lb.example'],
};

interface Setting {
  /** Of the switch. */
  readonly ports?: readonly Port[];
  readonly config?: ConfigInput;
  readonly configFile?: string;
  readonly address?: { readonly host: string; readonly port: number };
}

/** A response; `json` is its body, where that is JSON. */
interface ApiResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: its content is what the tests check
  readonly json: any;
}

interface RequestOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A controller's core with a switch and three servers that are up, and its HTTP API; time advances by `tick` alone. */
export class ApiWorld {
  readonly world: World;
  readonly liveConfig: LiveConfig;
  readonly httpApi: HttpApi;
  readonly at: Switch;
  readonly entries: LogEntry[] = [];
  alerts: Incident[] = [];
  /** Flows that the switch shows when it is asked. */
  installed: ReturnType<typeof dumpOf> = [];
  defects: Error[] = [];

  constructor({ config = configWith(), configFile, address = { host: '127.0.0.1', port: 0 }, ports = [] }: Setting = {}) {
    this.at = switchOf(1, { ports: new Map(ports.map(port => [port.portNo, port])) });
    this.world = new World(config);
    const document = ConfigDocument.of(config, words);
    this.liveConfig = new LiveConfig(document, {
      load: async () => builtIn,
      handle: event => {
        this.#publish(this.world.app.handle(event, this.world.now));
        return true;
      },
      log: (type, rest) =>
        this.publish({ ...this.world.app.sequence.next(type, this.world.now), ...rest } as unknown as LogEntry),
    });
    this.httpApi = new HttpApi({
      ...{ version: '1.2.3', app: this.world.app, liveConfig: this.liveConfig, configFile, address },
      now: () => this.world.now,
      alerts: () => this.alerts,
      ask: (async (dpid: string, request: { kind?: string }) => {
        if (dpid !== this.at.dpid) throw new Error(`switch ${dpid} is not connected`);
        return request.kind === 'aggregate' ? { body: { flowCount: 17 } } : { body: this.installed };
      }) as never,
      soon: setImmediate,
      ofProcess: false,
      onDefect: error => this.defects.push(error),
    });
  }

  static ready(setting: Setting = {}): ApiWorld {
    const made = new ApiWorld(setting);
    const { world, at } = made;
    made.#publish(world.connect(at).commands);
    for (const server of [1, 2, 3]) made.#publish(world.answerProbe(at, server).commands);
    made.httpApi.onTick(world.now);
    return made;
  }

  /** A client asks for the web service; gives the number of the decision. */
  connect(client: number, port: number): number {
    const { commands, log } = this.world.syn(this.at, client, port);
    this.#publish(commands);
    return log.find(({ type }) => type === 'decision' || type === 'refused')!.seq;
  }

  /** Both flows of the connection of a client port report that it is over. */
  end(port: number): void {
    const { client, server, cookie } = [...this.world.app.balancer.carrier.connections.all()].find(
      living => living.client.port === port,
    )!;
    const { ip } = server.config;
    const there = { ipv4Src: client.ip, ipv4Dst: VIP, tcpSrc: port, tcpDst: 80 };
    const back = { ipv4Src: ip, ipv4Dst: client.ip, tcpSrc: server.config.port, tcpDst: port };
    for (const match of [there, back])
      this.#publish(this.world.removed(this.at, { type: 'flowMod', cookie, priority: 400, match }).commands);
  }

  tick(ms: number): void {
    this.#publish(this.world.tick(ms).commands);
    this.httpApi.onTick(this.world.now);
  }

  publish(entry: LogEntry): void {
    this.entries.push(entry);
    this.httpApi.onEntry(entry);
  }

  /** Sends a request without a socket. `body` is sent as JSON unless it is a text with a type. */
  async ask(method: string, path: string, { body, headers = {} }: RequestOptions = {}): Promise<ApiResponse> {
    const isText = typeof body === 'string';
    const response = await this.httpApi.app.request(`http://127.0.0.1:8080${path}`, {
      method,
      headers: { ...(body !== undefined && !isText && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json$/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  api(method: string, path: string, options: RequestOptions = {}): Promise<ApiResponse> {
    return this.ask(method, `/api/v1${path}`, options);
  }

  #publish(commands: readonly Command[]): void {
    for (const command of commands) if (command.type === 'log') this.publish(command.entry);
  }
}
