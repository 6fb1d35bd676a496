import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { programPath } from '../../../topologies/command.ts';
import { askLab, type FoundLab } from '../../../topologies/control/found-labs.ts';
import type { LabState } from '../../../topologies/control/lab-state.ts';
import type { StatusView } from '../../api/shapes.ts';
import type { Reach } from '../../doctor/facts.ts';
import type { Output, World } from '../../doctor/world.ts';
import { type ControllerClient, RefusedError } from '../client/controller-client.ts';
import { CliError, EXIT } from '../exit.ts';

const COMMAND_MS = 15_000;
const LISTEN_MS = 1500;
const MAX_OUTPUT = 64 * 1024 * 1024;
/** Of a shell whose command does not exist. */
const NO_PROGRAM = 127;

/** Where commands run and which hosts there are; the rest of a doctor's world is the same everywhere. */
export type Place = Pick<World, 'run' | 'hosts'>;

export function doctorWorld(client: ControllerClient, place: Place): World {
  return {
    ...place,
    nodeVersion: process.versions.node,
    url: client.base,
    reach: () => reachOf(client),
    ask: path => client.get(path),
    isListening,
    now: Date.now,
    sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  };
}

async function reachOf(client: ControllerClient): Promise<Reach> {
  try {
    await client.get<StatusView>('/status');
    return 'vipflow';
  } catch (error) {
    if (error instanceof RefusedError) return error.exitCode === EXIT.prerequisite ? 'refused' : 'other';
    if (error instanceof CliError && error.exitCode === EXIT.error) return 'other';
    const { hostname, port } = new URL(client.base);
    return (await isListening(hostname, Number(port || 80))) ? 'other' : 'none';
  }
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: LISTEN_MS });
    const done = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket
      .on('connect', () => done(true))
      .on('timeout', () => done(false))
      .on('error', () => done(false));
  });
}

/** This machine, and the hosts of a Mininet that runs on it. */
export function machine(): Place {
  const hosts = mininetHosts();
  return {
    hosts: async () => [...hosts.keys()],
    run: (argv, host) => {
      const pid = host === undefined ? undefined : hosts.get(host);
      return output(pid === undefined ? argv : ['nsenter', `--target=${pid}`, '--net', '--', ...argv]);
    },
  };
}

/** Mininet's shells carry their host's name, and have a network of their own where they are no switch. */
export function mininetHosts(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const ours = networkOf('self');
  for (const pid of entriesOf('/proc').filter(name => /^\d+$/.test(name))) {
    const name = /\0mininet:([\w.-]+)\0?$/.exec(textOf(`/proc/${pid}/cmdline`))?.[1];
    if (name !== undefined && networkOf(pid) !== ours) found.set(name, Number(pid));
  }
  return found;
}

/** Inside a lab that runs. */
export function insideLab(lab: FoundLab, { on, switches, hosts }: LabState): Place {
  if (on === 'embedded') return { hosts: async () => [], run: async () => undefined };
  const first = switches[0]!.name;
  return {
    hosts: async () => hosts.map(({ name }) => name),
    run: async (argv, host = first) => {
      const said = { stdout: '', stderr: '' };
      const code = await askLab(
        lab,
        { do: 'exec', node: host, argv },
        {
          out: text => {
            said.stdout += text;
          },
          err: text => {
            said.stderr += text;
          },
          timeoutMs: COMMAND_MS,
        },
      );
      return code === NO_PROGRAM ? undefined : { code: code as number, ...said };
    },
  };
}

function output(argv: readonly string[]): Promise<Output | undefined> {
  const [program = '', ...args] = argv;
  const options = { env: { ...process.env, PATH: programPath() }, timeout: COMMAND_MS, maxBuffer: MAX_OUTPUT };
  return new Promise(resolve => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') resolve(undefined);
      else resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return ''; // it has ended, or is another user's
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // a system without /proc
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
