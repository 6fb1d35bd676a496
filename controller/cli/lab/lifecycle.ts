import type { ControlledLab } from '../../../topologies/control/controlled-lab.ts';
import { labRequests } from '../../../topologies/control/lab-requests.ts';
import { LabSocket } from '../../../topologies/control/lab-socket.ts';
import { LiveLab } from '../../../topologies/embedded/live/live-lab.ts';
import type { LabSpec } from '../../../topologies/spec.ts';
import type { ListenAddress } from '../../core/config.ts';
import type { ConfigDocument } from '../../core/config-file.ts';
import type { LogEntry } from '../../core/events.ts';
import type { Controller } from '../../main.ts';
import { addressText } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { lineOf } from '../screen/log-line.ts';
import { output, print, screen } from '../screen/terminal.ts';
import { self } from '../self.ts';
import { listening, startOrExplain } from '../start.ts';
import { openConsole } from './console.ts';
import { request } from './requests.ts';

/** The longest wait for the servers of a new lab. */
const SERVERS_UP_MS = 20_000;
/** The longest wait for switches to reach a running controller. */
const CONNECTED_MS = 5_000;
const LOOK_EVERY_MS = 250;

export interface LifecycleOptions {
  readonly requests: number;
  readonly once: boolean;
  /** Requests per second of the clients of an embedded lab. */
  readonly load: number;
  /** A running controller; undefined: the lab starts its own. */
  readonly controller: ListenAddress | undefined;
  /** Builds the lab. */
  readonly realise: (controller: ListenAddress) => Promise<ControlledLab>;
}

/** One lab from its start to its end; `stop` releases everything it holds. */
export class LabLifecycle {
  readonly #spec: LabSpec;
  readonly #document: ConfigDocument;
  readonly #options: LifecycleOptions;
  readonly #awaited: Set<string>;
  #onServerUp: () => void = () => {};
  #controller: Controller | undefined;
  #starting: Promise<ControlledLab> | undefined;
  #socket: LabSocket | undefined;
  #closeConsole: (() => void) | undefined;
  #isStopping = false;

  constructor(spec: LabSpec, document: ConfigDocument, options: LifecycleOptions) {
    this.#spec = spec;
    this.#document = document;
    this.#options = options;
    const { services } = document.config;
    this.#awaited = new Set(services.flatMap(({ name, servers }) => servers.map(server => `${name}/${server.name}`)));
  }

  async run(stopped: Promise<unknown>): Promise<void> {
    const { controller: other, realise, requests, once } = this.#options;
    const controller = other ?? (await this.#startController());
    print(`building lab ${this.#spec.name}: ${this.#spec.description}`);
    this.#starting = realise(controller);
    const lab = await this.#starting;
    await this.#openSocket(lab, controller);
    const over = new Promise<never>((_resolve, reject) => lab.onExit(reason => reason && reject(reason)));
    over.catch(() => {});
    await Promise.race([lab.startServers(), over]);
    await Promise.race([other === undefined ? this.#serversUp() : this.#connected(lab, addressText(other)), over]);
    if (requests > 0) await Promise.race([request(lab, requests, once), over]);
    if (once) return;
    this.#printNextSteps();
    if (lab instanceof LiveLab) {
      lab.load.set(this.#options.load);
      this.#closeConsole = openConsole(lab, this.#controller?.liveConfig);
    }
    await Promise.race([stopped, over]);
  }

  /** Starts our own controller; resolves with the address for switches. */
  async #startController(): Promise<ListenAddress> {
    const onEntry = (entry: LogEntry) => this.#print(entry);
    this.#controller = await startOrExplain(this.#document, onEntry, name => `--${name}`);
    const { config } = this.#document;
    print(listening(config, this.#controller));
    return { host: hostTo(config.listen.openflow.host), port: this.#controller.openflowPort };
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#closeConsole?.();
    const lab = await this.#starting?.catch(() => undefined);
    this.#socket?.retire();
    await lab?.stop();
    await this.#controller?.stop();
    this.#socket?.close();
  }

  /** Opens the socket for commands of other terminals. Without it the lab works, so a failure is only printed. */
  async #openSocket(lab: ControlledLab, address: ListenAddress): Promise<void> {
    const around = {
      controller: addressText(address),
      log: this.#controller === undefined ? null : `${this.#logUrl()}/flows`,
      since: new Date().toISOString(),
      pid: process.pid,
      name: () => this.#socket?.name ?? this.#spec.name,
      end: () => void process.emit('SIGTERM', 'SIGTERM'),
    };
    try {
      this.#socket = await LabSocket.open(this.#spec.name, labRequests(lab, around));
    } catch (error) {
      print(`Other terminals cannot reach this lab: ${(error as Error).message}`);
    }
  }

  #print(entry: LogEntry): void {
    if (this.#isStopping) return; // switches that disconnect are expected then
    if (entry.type !== 'end') output(lineOf(entry, screen));
    if (entry.type !== 'server' || entry.state !== 'up') return;
    this.#awaited.delete(`${entry.service}/${entry.server}`);
    if (this.#awaited.size === 0) this.#onServerUp();
  }

  #serversUp(): Promise<void> {
    if (this.#awaited.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#onServerUp = resolve;
      const late = () => `These servers did not answer ARP within ${SERVERS_UP_MS / 1000} s: ${[...this.#awaited].join(', ')}.`;
      setTimeout(() => reject(new CliError(EXIT.error, late())), SERVERS_UP_MS).unref();
    });
  }

  /** Waits until every switch is connected in two looks in a row, because a switch that is refused connects again and again. */
  async #connected(lab: ControlledLab, where: string): Promise<void> {
    const isConnected = async () => (await lab.parts()).switches.every(({ connected }) => connected);
    const end = performance.now() + CONNECTED_MS;
    let inARow = 0;
    while (inARow < 2 && performance.now() < end) {
      inARow = (await isConnected()) ? inARow + 1 : 0;
      await new Promise(resolve => setTimeout(resolve, LOOK_EVERY_MS));
    }
    if (inARow >= 2) return;
    const sentence = `No controller answers at ${where}`;
    if (this.#options.once) throw new CliError(EXIT.error, `${sentence}: start it first, or omit --controller.`);
    print(`${sentence} yet; the switches keep trying.`);
  }

  #printNextSteps(): void {
    const url = this.#controller === undefined || this.#controller.httpPort === 8080 ? '' : ` --url ${this.#logUrl()}`;
    const named = this.#socket === undefined || this.#socket.name === this.#spec.name ? '' : ` --lab ${this.#socket.name}`;
    print('The lab is up. Ctrl-C stops it and removes all of it.');
    const commands = [
      ...(this.#controller === undefined ? [] : [`${self} watch${url}`]),
      ...(this.#socket === undefined ? [] : [`${self} lab status${named}`]),
    ];
    if (commands.length > 0) print(`In another terminal: ${commands.join(', ')}`);
  }

  #logUrl(): string {
    const { host } = this.#document.config.listen.http;
    return `ws://${addressText({ host: hostTo(host), port: this.#controller!.httpPort })}`;
  }
}

/** An address to connect to: where all addresses of this machine listen, loopback does. */
function hostTo(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}
