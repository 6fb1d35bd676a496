import { Command, InvalidArgumentError } from 'commander';
import { type LabName, labs } from '../../topologies/catalogue.ts';
import { type Lab, startLab } from '../../topologies/lab.ts';
import { LabError } from '../../topologies/lab-error.ts';
import { ensureDebianPackages, LAB_PACKAGES } from '../../topologies/prerequisites.ts';
import { clientProgram } from '../../topologies/programs.ts';
import type { LabSpec } from '../../topologies/spec.ts';
import { type Config, configSchema } from '../core/config.ts';
import type { LogEntry } from '../core/events.ts';
import { nearest } from '../core/nearest.ts';
import type { Controller } from '../main.ts';
import { CliError, EXIT } from './exit.ts';
import { listening, startOrExplain } from './run.ts';
import { stopSignal } from './stop-signal.ts';
import { barChart, lineOf, type Palette, palette } from './terminal.ts';

/** How long the servers of a new lab may take to be found. */
const SERVERS_UP_MS = 20_000;
const REQUEST_INTERVAL_SEC = 0.1;

interface UpOptions {
  requests: number;
  once: boolean;
  system: boolean;
  controller?: string;
  openflow: string;
  http: string;
}

export function labCommand(): Command {
  const names = Object.entries(labs).map(([name, { description }]) => `  ${name.padEnd(8)} ${description}`);
  const up = new Command('up')
    .description('build a lab of real Open vSwitch and Mininet, with a controller beside it')
    .argument('[topology]', 'one of those below', 'single')
    .option('--requests <n>', 'send this many requests to the VIP and show who answered', wholeNumber, 0)
    .option('--once', 'end after the requests; exit code 0 only if all were answered', false)
    .option('--system', "use the machine's own Open vSwitch instead of a private one", false)
    .option('--controller <host:port>', 'a controller that runs already, instead of starting one')
    .option('--openflow <host:port>', 'where the controller waits for switches', '127.0.0.1:6653')
    .option('--http <host:port>', 'where the controller serves its log', '127.0.0.1:8080')
    .addHelpText(
      'after',
      `\nTopologies:\n${names.join('\n')}\n\nExamples:\n  vipflow lab up single --requests 20\n  vipflow lab up linear --controller 127.0.0.1:6653`,
    )
    .action(labUp);
  return new Command('lab').description('a network to balance in').addCommand(up);
}

async function labUp(name: string, options: UpOptions): Promise<void> {
  const spec = specOf(name);
  const config = configOf(spec, options);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const problem = await ensureDebianPackages(LAB_PACKAGES, line => say(`setting up: ${line}`));
  if (problem) throw new CliError(EXIT.prerequisite, problem);
  const stopped = stopSignal();
  const session = new LabSession(spec, config, options, say);
  try {
    await Promise.race([session.run(stopped), stopped]);
  } catch (error) {
    throw error instanceof LabError ? new CliError(LAB_EXIT[error.code] ?? EXIT.error, error.message) : error;
  } finally {
    await session.stop();
  }
}

/** Errors of a lab that mean that something has to be there first. */
const LAB_EXIT: Partial<Record<LabError['code'], number>> = {
  NO_MININET: EXIT.prerequisite,
  NO_OPEN_VSWITCH: EXIT.prerequisite,
  NO_PROGRAM: EXIT.prerequisite,
  NO_PYTHON: EXIT.prerequisite,
  NO_ROOT: EXIT.prerequisite,
  NAME_TAKEN: EXIT.prerequisite,
};

/** One lab from its start to its end: everything it holds is given back by `stop`. */
class LabSession {
  readonly #spec: LabSpec;
  readonly #config: Config;
  readonly #options: UpOptions;
  readonly #say: (line: string) => void;
  readonly #colour: Palette = palette();
  readonly #up = new Set<string>();
  #allUp: () => void = () => {};
  #controller: Controller | undefined;
  #starting: Promise<Lab> | undefined;

  constructor(spec: LabSpec, config: Config, options: UpOptions, say: (line: string) => void) {
    this.#spec = spec;
    this.#config = config;
    this.#options = options;
    this.#say = say;
  }

  async run(stopped: Promise<unknown>): Promise<void> {
    const { controller: other, system, requests, once } = this.#options;
    const found = new Promise<void>(resolve => {
      this.#allUp = resolve;
    });
    if (other === undefined) {
      this.#controller = await startOrExplain(this.#config, entry => this.#print(entry));
      this.#say(listening(this.#config, this.#controller));
    }
    const controller = addressOf(other) ?? { host: this.#config.listen.openflow.host, port: this.#controller!.openflowPort };
    this.#say(`building lab ${this.#spec.name}: ${this.#spec.description}`);
    this.#starting = startLab(this.#spec, { system, controller, onLog: line => this.#say(line) });
    const lab = await this.#starting;
    const over = new Promise<never>((_resolve, reject) => lab.onExit(reason => reason && reject(reason)));
    over.catch(() => {});
    await Promise.race([lab.startServers(), over]);
    if (other === undefined) await Promise.race([found, late('the servers did not answer ARP through the switch'), over]);
    if (requests > 0) await Promise.race([this.#request(lab, requests), over]);
    if (once) return;
    this.#say('the lab is up: follow it with `vipflow watch`; Ctrl-C ends it and leaves nothing behind');
    await Promise.race([stopped, over]);
  }

  async stop(): Promise<void> {
    const lab = await this.#starting?.catch(() => undefined);
    await lab?.stop();
    await this.#controller?.stop();
  }

  #print(entry: LogEntry): void {
    if (entry.type !== 'end') process.stdout.write(`${lineOf(entry, this.#colour)}\n`);
    if (entry.type !== 'server' || entry.state !== 'up') return;
    this.#up.add(`${entry.service}/${entry.server}`);
    const all = this.#config.services.reduce((count, { servers }) => count + servers.length, 0);
    if (this.#up.size === all) this.#allUp();
  }

  /** All clients ask for the first TCP service, each request over a new connection, as the report's client does. */
  async #request(lab: Lab, requests: number): Promise<void> {
    const web = this.#spec.services.find(({ protocol }) => protocol === 'tcp')!;
    const url = `http://${web.vip}${web.port === 80 ? '' : `:${web.port}`}/`;
    const clients = this.#spec.hosts.filter(({ role }) => role === 'client');
    this.#say(`${requests} requests to ${url} from ${clients.map(({ name }) => name).join(' and ')}`);
    const pages = new Map<string, number>(
      this.#spec.hosts.filter(({ role }) => role === 'server').map(({ page, name }) => [page ?? name, 0]),
    );
    const answers = await Promise.all(
      clients.map(({ name }, i) => {
        const count = Math.floor(requests / clients.length) + (i < requests % clients.length ? 1 : 0);
        return count === 0 ? [] : ask(lab, name, url, count);
      }),
    );
    const all = answers.flat();
    const failed = all.filter(({ ok }) => !ok);
    for (const { body } of all.filter(({ ok }) => ok)) pages.set(body, (pages.get(body) ?? 0) + 1);
    const slowest = Math.max(0, ...all.map(({ ms }) => ms));
    process.stdout.write(
      `\n${all.length - failed.length} of ${all.length} requests answered, the slowest in ${Math.round(slowest)} ms\n`,
    );
    process.stdout.write(`${barChart(pages, this.#colour)}\n\n`);
    if (failed.length === 0 || !this.#options.once) return;
    throw new CliError(
      EXIT.check,
      `${failed.length} of ${all.length} requests were not answered: ${[...new Set(failed.map(({ error }) => error))].join(', ')}.`,
    );
  }
}

interface Answer {
  ok: boolean;
  body: string;
  ms: number;
  error: string | null;
}

async function ask(lab: Lab, host: string, url: string, count: number): Promise<Answer[]> {
  const argv = clientProgram([url, '--count', String(count), '--interval', String(REQUEST_INTERVAL_SEC)]);
  const { stdout } = await lab.exec(host, argv, { timeoutMs: 10_000 + count * 6000 });
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Answer);
}

function specOf(name: string): LabSpec {
  const spec: LabSpec | undefined = Object.hasOwn(labs, name) ? labs[name as LabName] : undefined;
  if (spec !== undefined) return spec;
  const near = nearest(name, Object.keys(labs));
  throw new CliError(
    EXIT.usage,
    `There is no topology "${name}"${near ? `; did you mean "${near}"?` : `: there are ${Object.keys(labs).join(', ')}.`}`,
  );
}

function configOf({ services }: LabSpec, { openflow, http }: UpOptions): Config {
  const parsed = configSchema.safeParse({ listen: { openflow, http }, services });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new CliError(EXIT.usage, `--${path[1] === 'http' ? 'http' : 'openflow'}: ${message}.`);
}

function addressOf(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined;
  const found = /^(?:tcp:)?(.+):(\d+)$/.exec(text);
  if (!found) throw new CliError(EXIT.usage, `--controller must look like 127.0.0.1:6653, not ${text}.`);
  return { host: found[1]!, port: Number(found[2]) };
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function late(what: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new CliError(EXIT.error, `After ${SERVERS_UP_MS / 1000} s ${what}.`)), SERVERS_UP_MS).unref();
  });
}
