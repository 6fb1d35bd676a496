import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { DASHBOARD_HEADERS, dashboardFiles } from '../../controller/api/dashboard-files.ts';
import type {
  AlertView,
  HostView,
  LinkView,
  ServiceView,
  StatisticsView,
  StatusView,
  SwitchView,
} from '../../controller/api/shapes.ts';

/** What a fake controller answers. Tests change it between two readings of the page. */
export interface FakeState {
  status: StatusView;
  services: ServiceView[];
  switches: SwitchView[];
  hosts: HostView[];
  links: LinkView[];
  alerts: AlertView[];
  statistics: StatisticsView;
  decisions: object[];
  events: object[];
}

/** A controller that says what a test wants: states of the page that a real one gets into too seldom. */
export class FakeController {
  readonly state: FakeState;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });
  readonly #readers = new Map<WebSocket, string>();

  constructor(state: FakeState) {
    this.state = state;
    const files = dashboardFiles();
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url!, 'http://fake');
      const file = files.get(pathname);
      if (file) return void response.writeHead(200, { ...DASHBOARD_HEADERS, 'content-type': file.type }).end(file.bytes);
      const [status, answer] = this.#answer(pathname);
      response.writeHead(status, { 'content-type': status < 300 ? 'application/json' : 'application/problem+json' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, reader => {
        this.#readers.set(reader, new URL(request.url!, 'http://fake').pathname);
        reader.on('close', () => this.#readers.delete(reader));
      });
    });
  }

  async start(port = 0): Promise<number> {
    await new Promise<void>(resolve => this.#server.listen(port, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const reader of this.#readers.keys()) reader.terminate();
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  send(path: '/flows' | '/events', line: object): void {
    for (const [reader, at] of this.#readers) if (at === path) reader.send(JSON.stringify(line));
  }

  #answer(pathname: string): [number, unknown] {
    const { state } = this;
    const path = pathname.replace('/api/v1', '');
    state.status.now = new Date().toISOString();
    const answers: Record<string, unknown> = {
      '/status': state.status,
      '/services': state.services,
      '/switches': state.switches,
      '/hosts': state.hosts,
      '/links': state.links,
      '/alerts': state.alerts,
      '/statistics': state.statistics,
      '/decisions': { items: state.decisions },
      '/events': { items: state.events },
      '/connections': { total: 0, items: [] },
      '/config': 'services: []\n',
      '/strategies': STRATEGIES,
    };
    return Object.hasOwn(answers, path)
      ? [200, answers[path]]
      : problem(404, `unknown path ${path}; /openapi.json lists all paths`);
  }
}

const STRATEGIES = [
  { name: 'round-robin', summary: 'each server in turn', options: {}, wants: {} },
  { name: 'least-connections', summary: 'the server with the fewest living connections', options: {}, wants: {} },
];

function problem(status: number, detail: string): [number, unknown] {
  return [status, { type: 'about:blank', title: 'refused', status, detail }];
}

/** A controller with nothing in it. */
export function emptyState(): FakeState {
  const now = new Date().toISOString();
  const config = { file: null, writable: false, unsaved: false };
  return {
    status: {
      ...{ version: '0', startedAt: now, now, uptimeMs: 0, switches: 0, connections: 0, services: 0 },
      ...{ decisionsPerSecond: 0, seq: 0, config },
    },
    services: [],
    switches: [],
    hosts: [],
    links: [],
    alerts: [],
    statistics: { from: now, stepMs: 1000, series: {} },
    decisions: [],
    events: [],
  };
}
