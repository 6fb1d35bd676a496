/** What the keys of a running embedded lab depend on. */
export interface KeyState {
  /** In the order of their keys, from 1. */
  readonly servers: readonly { readonly host: string; readonly on: boolean }[];
  readonly requestsPerSecond: number;
  /** The strategies, and the current one; undefined where the controller is another process. */
  readonly strategy?: { readonly all: readonly string[]; readonly now: string };
}

export type KeyAction =
  | { readonly type: 'power'; readonly host: string; readonly on: boolean }
  | { readonly type: 'load'; readonly requestsPerSecond: number }
  | { readonly type: 'strategy'; readonly name: string }
  | { readonly type: 'shares' }
  | { readonly type: 'help' }
  | { readonly type: 'quit' };

/** Steps of `+` and `-`. */
const LOADS = [0, 1, 2, 5, 10, 20, 50, 100];
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** The action of a key; undefined for a key without one. */
export function actionOf(key: string, { servers, requestsPerSecond: now, strategy }: KeyState): KeyAction | undefined {
  const server = /^[1-9]$/.test(key) ? servers[Number(key) - 1] : undefined;
  if (server !== undefined) return { type: 'power', host: server.host, on: !server.on };
  switch (key) {
    case '+':
    case '=': // the same key without shift
      return load(LOADS.find(step => step > now) ?? now);
    case '-':
      return load(LOADS.findLast(step => step < now) ?? now);
    case 'a':
      return strategy && { type: 'strategy', name: after(strategy.now, strategy.all) };
    case 's':
      return { type: 'shares' };
    case 'h':
    case '?':
      return { type: 'help' };
    case 'q':
    case CTRL_C:
    case CTRL_D:
      return { type: 'quit' };
    default:
      return undefined;
  }
}

const load = (requestsPerSecond: number): KeyAction => ({ type: 'load', requestsPerSecond });

function after(name: string, all: readonly string[]): string {
  return all[(all.indexOf(name) + 1) % all.length] ?? name;
}

/** The keys on one line of 80 columns at most. */
export function keyLine(servers: number): string {
  const power = servers === 0 ? '' : `${servers === 1 ? '1' : `1-${Math.min(servers, 9)}`} server off or on, `;
  return `keys: ${power}a next strategy, + - load, s shares, h help, q quit`;
}
