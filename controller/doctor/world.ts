import type { Reach } from './facts.ts';

/** What a command printed, and its exit code. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that a doctor can do outside: whoever calls it gives the ways there, to this machine or into a lab. */
export interface World {
  readonly nodeVersion: string;
  /** Of the controller's REST. */
  readonly url: string;
  /** Runs a command where Open vSwitch is, or in a host; undefined when there is no such program. */
  run(argv: readonly string[], host?: string): Promise<Output | undefined>;
  /** Hosts that can be looked into. */
  hosts(): Promise<readonly string[]>;
  reach(): Promise<Reach>;
  /** Asks the controller; rejects when it refuses. */
  ask<T>(path: string): Promise<T>;
  isListening(host: string, port: number): Promise<boolean>;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Standard output of a command that worked; empty for any other. */
export async function stdoutOf(world: World, argv: readonly string[], host?: string): Promise<string> {
  const output = await world.run(argv, host);
  return output?.code === 0 ? output.stdout : '';
}
