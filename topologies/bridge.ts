import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { killGroup, launch } from './command.ts';
import { JsonLines } from './json-lines.ts';
import { LabError, type LabErrorCode } from './lab-error.ts';

export interface BridgeNode {
  readonly pid: number;
  readonly ip?: string;
  readonly mac?: string;
  readonly dpid?: string;
  readonly intfs: readonly { readonly name: string; readonly port: number; readonly mac: string; readonly peer: string }[];
}

export interface BridgeReady {
  readonly datapath: 'kernel' | 'user';
  readonly nodes: Readonly<Record<string, BridgeNode>>;
}

type Message =
  | ({ readonly ev: 'ready' } & BridgeReady)
  | { readonly ev: 'stopped' }
  | { readonly ev: 'fatal'; readonly code: LabErrorCode; readonly message: string }
  | { readonly ev?: undefined; readonly id: number; readonly rc: number; readonly out: string; readonly err: string };

interface Waiting {
  readonly resolve: (out: string) => void;
  readonly reject: (error: LabError) => void;
}

/** Words of programs that mean nothing to the user. */
const NOISE = /Error setting resource limits|Mininet's performance may be affected|^\s*$/;

const NO_NAMESPACES_FOR_ROOT = 'This container may not make namespaces: start it with `--privileged`.';
const NO_NAMESPACES =
  'This system gives no namespaces to ordinary users: run as root (sudo), or allow unprivileged user namespaces ' +
  '(`sysctl kernel.unprivileged_userns_clone=1`; on Ubuntu 24.04 `sysctl kernel.apparmor_restrict_unprivileged_userns=0`).';

/** Drives the Python side (see mininet/bridge.py) and tells, once, how it ended. */
export class Bridge {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #log: (line: string) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #lastWords: string[] = [];
  #lastId = 0;
  #fatal: LabError | undefined;
  #stopped = false;
  #ready: ((ready: BridgeReady) => void) | undefined;
  /** Resolves when the process is gone: with nothing after a stop, else with the reason. */
  readonly ended: Promise<LabError | undefined>;

  constructor(argv: readonly string[], log: (line: string) => void = () => {}) {
    this.#log = log;
    this.#child = launch(argv);
    const lines = new JsonLines();
    this.#child.stdin.on('error', () => {}); // it is gone: `ended` tells
    this.#child.stdout.on('data', (chunk: Buffer) => {
      try {
        for (const message of lines.push(chunk)) this.#take(message as Message);
      } catch (error) {
        this.#fail(
          new LabError('CRASHED', `The lab's bridge said what is no JSON: ${error instanceof Error ? error.message : error}.`),
        );
      }
    });
    this.#child.stderr.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n')) if (!NOISE.test(line)) this.#remember(line);
    });
    this.ended = new Promise(resolve => {
      this.#child.on('error', error =>
        resolve(this.#end(new LabError('NO_PROGRAM', `${argv[0]} could not be started: ${error.message}.`))),
      );
      this.#child.on('close', (code, signal) =>
        resolve(this.#end(this.#fatal ?? (this.#stopped ? undefined : this.#crash(code, signal)))),
      );
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Sends the start request; resolves when the network is up, rejects with the reason there is none. */
  async start(request: object, timeoutMs: number): Promise<BridgeReady> {
    const ready = new Promise<BridgeReady>(resolve => {
      this.#ready = resolve;
    });
    this.#write({ id: ++this.#lastId, op: 'start', ...request });
    const timer = setTimeout(
      () => this.#fail(new LabError('TIMEOUT', `The lab did not start within ${timeoutMs} ms.${this.#words()}`)),
      timeoutMs,
    );
    const winner = await Promise.race([ready, this.ended]);
    clearTimeout(timer);
    if (winner && 'nodes' in winner) return winner;
    throw winner ?? new LabError('STOPPED', 'The lab was stopped before it was up.');
  }

  /** One request; resolves with its output, rejects with FAILED or with the reason the bridge ended. */
  request(op: string, parameters: object = {}): Promise<string> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#write({ id, op, ...parameters });
      this.ended.then(error => reject(error ?? new LabError('STOPPED', 'The lab is stopped.')));
    });
  }

  /** Stops in order, or by force after a while; the promise is `ended`. */
  async stop(timeoutMs: number): Promise<LabError | undefined> {
    this.#stopped = true;
    this.#write({ id: ++this.#lastId, op: 'stop' });
    const timer = setTimeout(() => killGroup(this.#child), timeoutMs);
    const end = await this.ended;
    clearTimeout(timer);
    return end;
  }

  #take(message: Message): void {
    if (message.ev === undefined) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.rc === 0) waiting?.resolve(message.out);
      else waiting?.reject(new LabError('FAILED', `The lab refused: ${message.err}.`));
    } else if (message.ev === 'ready') this.#ready?.(message);
    else if (message.ev === 'fatal') this.#fatal = new LabError(message.code, message.message);
    // `stopped` also comes when the process that holds the lab was killed: Node then closes its input. Only `stop` asks for it.
  }

  #write(message: object): void {
    if (this.#child.stdin.writable) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #remember(line: string): void {
    this.#lastWords.push(line);
    if (this.#lastWords.length > 20) this.#lastWords.shift();
    this.#log(line);
  }

  #words(): string {
    return this.#lastWords.length > 0 ? ` Its last words: ${this.#lastWords.join(' | ')}` : '';
  }

  #fail(error: LabError): void {
    this.#fatal ??= error;
    killGroup(this.#child);
  }

  #crash(code: number | null, signal: NodeJS.Signals | null): LabError {
    const words = this.#words();
    if (/unshare: .*(Operation not permitted|No space left)|write failed .*map/.test(words)) {
      return new LabError('NO_ROOT', process.getuid?.() === 0 ? NO_NAMESPACES_FOR_ROOT : NO_NAMESPACES);
    }
    return new LabError('CRASHED', `The lab ended by itself (${signal ?? `exit code ${code}`}).${words}`);
  }

  #end(error: LabError | undefined): LabError | undefined {
    for (const { reject } of this.#waiting.values()) reject(error ?? new LabError('STOPPED', 'The lab is stopped.'));
    this.#waiting.clear();
    return error;
  }
}

/** Resolves when a child has printed its first line; used to wait for a server that says when it listens. */
export async function firstOutput(child: ChildProcessWithoutNullStreams): Promise<string> {
  const [chunk] = (await Promise.race([once(child.stdout, 'data'), once(child, 'close').then(() => [''])])) as [Buffer | string];
  return chunk.toString();
}
