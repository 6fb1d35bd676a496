import { isIPv4 } from 'node:net';
import type { CommandOutput } from '../../control/controlled-lab.ts';
import type { Scheduler } from '../clock.ts';
import type { Host } from '../host/host.ts';
import type { EmbeddedLab } from '../lab.ts';
import type { Random } from '../random.ts';
import type { EmbeddedSwitch } from '../switch/embedded-switch.ts';
import { flowLines } from './flow-lines.ts';
import { answerOf, targetOf, visit } from './request.ts';

/** As a shell has it. */
const EXIT = { ok: 0, failed: 1, usage: 2, notFound: 127 } as const;

const PING_EVERY_MS = 1000;
const MAX_COUNT = 100_000;

export interface CommandPlace {
  readonly lab: EmbeddedLab<EmbeddedSwitch>;
  readonly clock: Scheduler;
  readonly random: Random;
  readonly node: string;
  readonly output: CommandOutput;
}

interface Command<Node> {
  readonly usage: string;
  readonly what: string;
  /** Undefined: the arguments are not as the usage has them. */
  readonly run: (node: Node, args: readonly string[], place: CommandPlace) => Promise<number> | undefined;
}

/** What hosts can run: there is no system in them, so these are all. */
const HOST_COMMANDS: Readonly<Record<string, Command<Host>>> = {
  get: {
    usage: 'get URL [COUNT]',
    what: 'asks for a page, each time over a new connection, and prints it',
    run(host, [url = '', count = '1', ...rest], place) {
      if (targetOf(url) === undefined || !isCount(count) || rest.length > 0) return undefined;
      return get(host, url, Number(count), place);
    },
  },
  ping: {
    usage: 'ping IP [COUNT]',
    what: 'sends echo requests, one a second, four unless a count is given',
    run(host, [ip = '', count = '4', ...rest], place) {
      if (!isIPv4(ip) || !isCount(count) || rest.length > 0) return undefined;
      return ping(host, ip, Number(count), place);
    },
  },
};

const SWITCH_COMMANDS: Readonly<Record<string, Command<EmbeddedSwitch>>> = {
  flows: {
    usage: 'flows',
    what: 'prints the flow table',
    run(device, args, { output }) {
      if (args.length > 0) return undefined;
      for (const line of flowLines(device)) output.out(`${line}\n`);
      return Promise.resolve(EXIT.ok);
    },
  },
};

/** Runs one of the built-in commands in a node; gives its exit code. */
export async function execute(place: CommandPlace, argv: readonly string[]): Promise<number> {
  const host = place.lab.hosts.get(place.node);
  return host === undefined
    ? run(SWITCH_COMMANDS, place.lab.switch(place.node), argv, place)
    : run(HOST_COMMANDS, host, argv, place);
}

async function run<Node>(
  commands: Readonly<Record<string, Command<Node>>>,
  node: Node,
  [name = '', ...args]: readonly string[],
  place: CommandPlace,
): Promise<number> {
  const { err } = place.output;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const known = Object.values(commands).map(({ usage, what }) => `  ${usage.padEnd(16)} ${what}\n`);
    err(
      `There is no ${name} in ${place.node}, which is embedded: no programs of the system run in it. There is:\n${known.join('')}`,
    );
    return EXIT.notFound;
  }
  if (place.lab.hosts.get(place.node)?.up === false) {
    err(`${place.node} is switched off.\n`);
    return EXIT.failed;
  }
  const code = command.run(node, args, place);
  if (code === undefined) err(`usage: ${command.usage}\n`);
  return code ?? EXIT.usage;
}

async function get(host: Host, url: string, count: number, { random, output }: CommandPlace): Promise<number> {
  let failed = 0;
  for (let n = 0; n < count && !output.cancelled.aborted; n++) {
    const { ok, body, error, status } = answerOf(await visit(host, random, url));
    if (!ok) failed++;
    if (error === null) output.out(`${body}\n`);
    if (!ok) output.err(`${url}: ${error ?? `HTTP ${status}`}\n`);
  }
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

async function ping(host: Host, ip: string, count: number, { clock, output }: CommandPlace): Promise<number> {
  let answered = 0;
  for (let n = 1; n <= count && !output.cancelled.aborted; n++) {
    const begun = clock.now();
    const ms = await new Promise<number | undefined>(resolve => host.ping(ip, resolve));
    if (ms !== undefined) answered++;
    output.out(ms === undefined ? `no answer from ${ip}: seq=${n}\n` : `answer from ${ip}: seq=${n} time=${ms.toFixed(2)} ms\n`);
    if (n < count) await new Promise<void>(resolve => clock.at(begun + PING_EVERY_MS, resolve));
  }
  output.out(`${answered} of ${count} answered\n`);
  return answered > 0 ? EXIT.ok : EXIT.failed;
}

const isCount = (text: string): boolean => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_COUNT;
