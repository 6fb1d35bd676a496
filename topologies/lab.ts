import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Bridge } from './bridge.ts';
import { killGroup } from './command.ts';
import { LabError } from './lab-error.ts';
import { cleanLeftovers, cleanRunFolders, makeRunFolder, newOwner } from './leftovers.ts';
import { assertPrograms, python } from './prerequisites.ts';
import { script } from './programs.ts';
import type { Lab } from './realisation.ts';
import { type ControllerAddress, type Relay, startRelay } from './relay.ts';
import { RunningLab } from './running-lab.ts';
import type { LabSpec } from './spec.ts';
import { assertValid } from './validation.ts';

export { clientProgram, serverProgram } from './programs.ts';
export type { Lab, LabInterface, LabNode } from './realisation.ts';

const START_TIMEOUT_MS = 60_000;

export interface LabOptions {
  readonly on?: 'mininet';
  /** Uses the machine's Open vSwitch instead of a private one. */
  readonly system?: boolean;
  /**
   * Where the switches' controller listens; 127.0.0.1:6653 unless given. It need not listen yet. The machine's own
   * Open vSwitch takes a path only inside its own run folder.
   */
  readonly controller?: ControllerAddress;
  /** Gets each line that the lab's programs say. */
  readonly onLog?: (line: string) => void;
}

/** Brings a lab up; rejects with a LabError that says what is missing, leaving nothing behind. */
export async function startLab(spec: LabSpec, options: LabOptions = {}): Promise<Lab> {
  assertValid(spec);
  assertPrograms();
  const { system = false, controller = { host: '127.0.0.1', port: 6653 } } = options;
  if (system && process.getuid?.() !== 0)
    throw new LabError('NO_ROOT', "The machine's Open vSwitch needs root: run with sudo, or leave out --system.");
  if (system) {
    await cleanLeftovers();
    return onMachine(spec, controller, options);
  }
  cleanRunFolders();
  return inSandbox(spec, controller, options);
}

async function inSandbox(spec: LabSpec, controller: ControllerAddress, options: LabOptions): Promise<Lab> {
  const owner = newOwner();
  const run = makeRunFolder(owner);
  const socket = join(run, 'controller.sock');
  const rootless = process.getuid?.() !== 0;
  const namespaces = ['--net', ...(rootless ? ['--map-root-user'] : [])];
  const bridge = new Bridge(unshare(namespaces, ['--run', run]), options.onLog);
  const onConnected = async () => {
    await bridge.request('tune');
  };
  const relay = await startRelay(socket, controller, { switches: spec.switches.length, onConnected });
  return start({ spec, bridge, owner, rootless, run, relay, target: `unix:${socket}` });
}

function onMachine(spec: LabSpec, controller: ControllerAddress, options: LabOptions): Promise<Lab> {
  const target = 'path' in controller ? `unix:${controller.path}` : `tcp:${controller.host}:${controller.port}`;
  return start({ spec, bridge: new Bridge(unshare([], []), options.onLog), owner: newOwner(), rootless: false, target });
}

const unshare = (namespaces: readonly string[], sandbox: readonly string[]): string[] => [
  ...['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', ...namespaces],
  ...[python(), '-uB', script('sandbox.py'), ...sandbox, '--', python(), '-uB', script('bridge.py')],
];

interface Plan {
  readonly spec: LabSpec;
  readonly bridge: Bridge;
  readonly owner: string;
  readonly target: string;
  readonly rootless: boolean;
  readonly run?: string;
  readonly relay?: Relay;
}

async function start({ spec, bridge, owner, target, rootless, run, relay }: Plan): Promise<Lab> {
  const commands = new Set<ChildProcessWithoutNullStreams>();
  const over = bridge.ended.then(async reason => {
    await relay?.close();
    await Promise.all([...commands].map(gone));
    if (run) rmSync(run, { recursive: true, force: true });
    else await cleanLeftovers(owner);
    return reason;
  });
  const request = { lab: spec, controller: target, sandboxed: run !== undefined, owner };
  try {
    const ready = await bridge.start(request, START_TIMEOUT_MS);
    return new RunningLab(spec, ready, { bridge, commands, over, rootless, run });
  } catch (error) {
    await over;
    throw error;
  }
}

/** A command inside ended with the lab; the one that waits for it out here is given a moment. */
function gone(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(resolve => {
    const timer = setTimeout(() => killGroup(child), 2000);
    child.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
