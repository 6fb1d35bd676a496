/** What a command printed, and its exit code. */
export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What answers at the URL: `none` nothing, `other` another program, `refused` a controller that requires a token. */
export type Reach = 'vipflow' | 'other' | 'none' | 'refused';

/** Everything a doctor can do outside of its process, on this machine or in a lab. */
export interface World {
  readonly nodeVersion: string;
  /** The URL of the controller's REST. */
  readonly url: string;
  /** Runs a command where Open vSwitch is, or in a host; undefined when the program does not exist. */
  run(argv: readonly string[], host?: string): Promise<Output | undefined>;
  /** The names of the hosts that can be examined. */
  hosts(): Promise<readonly string[]>;
  reach(): Promise<Reach>;
  /** GET of the controller's REST; `path` is below `/api/v1`. Rejects when it refuses. */
  ask<T>(path: string): Promise<T>;
  isListening(host: string, port: number): Promise<boolean>;
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Standard output of a command that succeeded; empty for any other. */
export async function stdoutOf(world: World, argv: readonly string[], host?: string): Promise<string> {
  const output = await world.run(argv, host);
  return output?.code === 0 ? output.stdout : '';
}
