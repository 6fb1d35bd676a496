import { ConfigError } from '../core/config-error.ts';
import type { ConfigDocument, Edit, Step } from '../core/config-file.ts';
import type { ApiContext } from './api-context.ts';
import { editsOf } from './merge-patch.ts';
import { named, ProblemError, problemsText, refusalOf } from './problem.ts';

type Body = Readonly<Record<string, unknown>>;
/** A change: its place and edits, found in the configuration in force when its turn comes. Throws `ProblemError`. */
type Change = (inForce: ConfigDocument) => { readonly at: readonly Step[]; readonly edits: readonly Edit[] };

/** The identity of a service: another value makes another service, and the connections of the old one end. */
export const FIXED_OF_SERVICE = ['name', 'vip', 'mac', 'port', 'protocol'] as const;
/** The identity of a server. */
export const FIXED_OF_SERVER = ['name', 'ip', 'port'] as const;

export function addService(body: Body): Change {
  return ({ config: { services } }) => put(['services', services.length], body);
}

export function addServer(service: string, body: Body): Change {
  return ({ config: { services } }) => {
    const above = named('service', service, services);
    return put(['services', services.indexOf(above), 'servers', above.servers.length], body);
  };
}

/** Changes a service, or one of its servers. */
export function change(patch: Body, service: string, server?: string): Change {
  if (server === undefined) refuseFixed(patch, FIXED_OF_SERVICE, 'service');
  else refuseFixed(patch, FIXED_OF_SERVER, 'server');
  return inForce => {
    const at = placeOf(inForce, service, server);
    return { at, edits: editsOf(at, writtenAt(inForce, at), patch) };
  };
}

/** Removes a service, or one of its servers. */
export function remove(service: string, server?: string): Change {
  return inForce => put(placeOf(inForce, service, server), undefined);
}

/** Makes a change; `by` is the name of the token. */
export async function apply({ liveConfig }: ApiContext, by: string | undefined, resolve: Change): Promise<void> {
  let place: readonly Step[] = [];
  const next = (inForce: ConfigDocument) => {
    const { at, edits } = resolve(inForce);
    place = at;
    return edits.length === 0 ? inForce : inForce.edit(edits);
  };
  await liveConfig.change(sourceOf(by), next).catch(error => {
    throw error instanceof ConfigError ? refusalOf(error, place) : error;
  });
}

/** Who asked for a change, for the log. */
export function sourceOf(by: string | undefined): string {
  return by === undefined ? 'rest' : `rest: ${by}`;
}

function placeOf({ config: { services } }: ConfigDocument, service: string, server: string | undefined): Step[] {
  const above = named('service', service, services);
  const at = ['services', services.indexOf(above)];
  if (server === undefined) return at;
  return [...at, 'servers', above.servers.indexOf(named('server', server, above.servers, ` in service "${service}"`))];
}

/** `undefined` deletes the value. */
function put(at: readonly Step[], value: Body | undefined): ReturnType<Change> {
  return { at, edits: [{ path: at, value }] };
}

function writtenAt(document: ConfigDocument, path: readonly Step[]): unknown {
  return path.reduce((value: unknown, step) => (value as Record<Step, unknown> | undefined)?.[step], document.toJS());
}

function refuseFixed(patch: Body, fixed: readonly string[], what: string): void {
  const problems = fixed
    .filter(key => Object.hasOwn(patch, key))
    .map(path => ({ path, message: `${path} of a ${what} cannot be changed; add another ${what}, then delete this one` }));
  if (problems.length === 0) return;
  throw new ProblemError(422, problemsText(problems), problems);
}
