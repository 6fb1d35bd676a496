import { readFileSync } from 'node:fs';
import type { LiveLab } from '../../../topologies/embedded/live/live-lab.ts';
import type { LiveConfig } from '../../live-config.ts';
import { strategyNames } from '../../strategies/catalogue.ts';
import { barChart } from '../screen/bar-chart.ts';
import { print, screen } from '../screen/terminal.ts';
import { actionOf, type KeyAction, keyLine } from './keys.ts';

/** The keys of an embedded lab in a terminal. */
export class LabConsole {
  readonly #lab: LiveLab;
  /** Of our own controller. */
  readonly #liveConfig: LiveConfig | undefined;
  /** The hosts of servers, in the order of their keys. */
  readonly #servers: readonly { readonly name: string; readonly ip: string; readonly page?: string }[];
  readonly #onData = (chunk: Buffer) => this.#press(chunk.toString());

  private constructor(lab: LiveLab, liveConfig: LiveConfig | undefined) {
    this.#lab = lab;
    this.#liveConfig = liveConfig;
    this.#servers = lab.spec.hosts.filter(({ role }) => role === 'server');
  }

  /** Reads keys from here on; undefined where there is no terminal, or the process is in the background. */
  static open(lab: LiveLab, liveConfig: LiveConfig | undefined): LabConsole | undefined {
    if (!process.stdin.isTTY || !process.stdout.isTTY || isInBackground()) return undefined;
    const made = new LabConsole(lab, liveConfig);
    process.stdin.setRawMode(true).resume().on('data', made.#onData);
    print(keyLine(made.#servers.length));
    return made;
  }

  close(): void {
    process.stdin.off('data', this.#onData).setRawMode(false).pause();
  }

  #press(keys: string): void {
    if (keys.startsWith('\u001b')) return; // an arrow or a function key
    for (const key of keys) {
      const servers = this.#servers.map(({ name }) => ({ host: name, on: this.#lab.isOn(name) }));
      const now = this.#liveConfig?.document.config.services[0]?.strategy.name;
      const strategy = now === undefined ? {} : { strategy: { all: strategyNames, now } };
      const action = actionOf(key, { servers, requestsPerSecond: this.#lab.load.state.requestsPerSecond, ...strategy });
      if (action !== undefined) this.#do(action);
    }
  }

  #do(action: KeyAction): void {
    switch (action.type) {
      case 'power':
        this.#lab.power(action.host, action.on);
        print(`${this.#titleOf(action.host)} ${action.on ? 'is on again' : 'is off: it no longer answers'}`);
        break;
      case 'load':
        this.#lab.load.set(action.requestsPerSecond);
        print(`${action.requestsPerSecond} requests per second`);
        break;
      case 'strategy':
        this.#useStrategy(action.name);
        break;
      case 'shares':
        this.#showShares();
        break;
      case 'help':
        for (const line of HELP) print(line);
        break;
      case 'quit':
        process.emit('SIGINT', 'SIGINT');
    }
  }

  /** Changes the strategy of all services; the change is logged. */
  #useStrategy(name: string): void {
    const { services } = this.#liveConfig!.document.config;
    const edits = services.map((_, i) => ({ path: ['services', i, 'strategy'], value: name }));
    this.#liveConfig!.edit('a key', edits).catch((error: Error) => print(error.message));
  }

  #showShares(): void {
    const shares = this.#lab.load.shares(this.#servers.map(({ page, name }) => page ?? name));
    const total = [...shares.values()].reduce((sum, count) => sum + count, 0);
    process.stdout.write(`\n${total} answers in the last 60 s\n${barChart(shares, screen)}\n\n`);
  }

  #titleOf(host: string): string {
    const { page = host, ip = '' } = this.#servers.find(({ name }) => name === host) ?? {};
    return `${page} (${host}, ${ip})`;
  }
}

const HELP = [
  '1 to 9  turn the host of a server off or on; requests to it fail until its probes do',
  'a       use the next strategy; all weights are 1 here',
  '+ -     more or fewer requests per second',
  's       print how often each server answered in the last 60 s',
  'h       print this help',
  'q       stop the lab, as Ctrl-C does',
];

/** A background job that touches its terminal is stopped (SIGTTIN, SIGTTOU). */
function isInBackground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return group !== foreground;
  } catch {
    return false; // a system without /proc
  }
}
