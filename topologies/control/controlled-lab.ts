import type { LabError } from '../lab-error.ts';
import type { LabSpec } from '../spec.ts';
import type { LabParts, Realisation } from './lab-state.ts';

/** What became of one request; as mininet/client.py prints it. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number | null;
  readonly body: string;
  readonly ms: number;
  readonly error: string | null;
}

/** Where what a command says goes to, and when to give it up. */
export interface CommandOutput {
  out(text: string): void;
  err(text: string): void;
  readonly cancelled: AbortSignal;
}

/** A lab that is up, whichever way it is realised. What goes wrong is a LabError. */
export interface ControlledLab {
  readonly spec: LabSpec;
  readonly on: Realisation;
  /** Resolves when the programs of all servers serve. */
  startServers(): Promise<unknown>;
  /** How its parts are now. */
  parts(): Promise<LabParts>;
  /** A host asks a URL `count` times, each time over a new connection. */
  ask(host: string, url: string, count: number, everyMs: number): Promise<readonly Answer[]>;
  /** Runs a command in a node until it ends; gives its exit code. */
  exec(node: string, argv: readonly string[], output: CommandOutput): Promise<number>;
  link(one: string, other: string, state: 'up' | 'down'): Promise<void>;
  /** Calls back once when the lab is over: with nothing after a stop, else with the reason. */
  onExit(listener: (reason: LabError | undefined) => void): void;
  /** Ends everything; resolves when nothing is left. */
  stop(): Promise<void>;
}
