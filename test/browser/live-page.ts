import { ConfigDocument } from '../../controller/core/config-file.ts';
import type { LogEntry } from '../../controller/core/events.ts';
import { type Controller, startController } from '../../controller/main.ts';
import { strategies } from '../../controller/strategies/catalogue.ts';
import { labs } from '../../topologies/catalogue.ts';
import { LiveLab } from '../../topologies/embedded/live/live-lab.ts';

const VIP_URL = 'http://10.0.0.100/';

/** An embedded lab with a controller that can be restarted on the same ports, so that pages find it again. */
export class LivePage {
  readonly log: LogEntry[] = [];
  #controller: Controller | undefined;
  #lab: LiveLab | undefined;
  /** Where this run of the controller begins in the log. */
  #from = 0;
  readonly #api: object;
  #ports = { openflow: 0, http: 0 };

  /** `api` as in `vipflow.yaml`: who may ask. */
  constructor(api: object = {}) {
    this.#api = api;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}/`;
  }

  get controller(): Controller {
    return this.#controller!;
  }

  get lab(): LiveLab {
    return this.#lab!;
  }

  async start(): Promise<void> {
    await this.startController();
    const { openflow } = this.#ports;
    this.#lab = new LiveLab(labs.single, { controller: { host: '127.0.0.1', port: openflow } });
    await this.#lab.startServers();
    await this.untilServersAreUp();
  }

  async startController(): Promise<void> {
    const { openflow, http } = this.#ports;
    const listen = { openflow: `127.0.0.1:${openflow}`, http: `127.0.0.1:${http}` };
    // quick, so that what ends is seen to end
    const quick = { finTimeout: '1s', health: { interval: '300ms', timeout: '200ms' } };
    const services = labs.single.services.map(service => ({ ...service, ...quick }));
    const document = ConfigDocument.of({ listen, services, api: this.#api }, { strategies });
    this.#from = this.log.length;
    this.#controller = await startController(document, { onEntry: entry => this.log.push(entry) });
    this.#ports = { openflow: this.#controller.openflowPort, http: this.#controller.httpPort };
  }

  async stopController(): Promise<void> {
    await this.#controller?.stop();
    this.#controller = undefined;
  }

  async untilServersAreUp(): Promise<void> {
    const wanted = labs.single.services.flatMap(({ name, servers }) => servers.map(server => `${name}/${server.name}`));
    await this.until(() => {
      const up = this.lines.flatMap(line =>
        line.type === 'server' && line.state === 'up' ? [`${line.service}/${line.server}`] : [],
      );
      return wanted.every(name => up.includes(name));
    });
  }

  /** The log of this run of the controller. */
  get lines(): readonly LogEntry[] {
    return this.log.slice(this.#from);
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise(resolve => setTimeout(resolve, 20));
  }

  /** One client asks the web service once. */
  async ask(client = 'h4'): Promise<void> {
    const [answer] = await this.lab.ask(client, VIP_URL, 1, 0);
    if (!answer?.ok) throw new Error(`no answer: ${answer?.error}`);
  }

  async stop(): Promise<void> {
    await this.#lab?.stop();
    await this.stopController();
  }
}
