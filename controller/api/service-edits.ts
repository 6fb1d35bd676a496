import type { ServiceConfig } from '../core/config.ts';
import { ConfigError } from '../core/config-error.ts';
import type { ConfigDocument, Edit, Step } from '../core/config-file.ts';
import type { ApiContext } from './api-context.ts';
import { editsOf } from './merge-patch.ts';
import { named, ProblemError, problemsText, refusalOf } from './problem.ts';

type Body = Readonly<Record<string, unknown>>;
/** Finds the place of a change. Throws `ProblemError`. */
type Place = (services: readonly ServiceConfig[]) => readonly Step[];
type EditsAt = (at: readonly Step[], document: ConfigDocument) => readonly Edit[];

/** The identity of a service: another value makes another service, and the connections of the old one end. */
export const FIXED_OF_SERVICE = ['name', 'vip', 'mac', 'port', 'protocol'] as const;
/** The identity of a server. */
export const FIXED_OF_SERVER = ['name', 'ip', 'port'] as const;

/** Changes of services and servers, as edits. Each is resolved against the configuration in force when its turn comes. */
export class ServiceEdits {
  readonly #context: ApiContext;
  readonly #source: string;

  /** `by`: the name of the token. */
  constructor(context: ApiContext, by: string | undefined) {
    this.#context = context;
    this.#source = sourceOf(by);
  }

  addService(body: Body): Promise<void> {
    return this.#edit(services => ['services', services.length], put(body));
  }

  addServer(service: string, body: Body): Promise<void> {
    return this.#edit(services => {
      const above = serviceAt(services, service);
      return [...above, 'servers', services[above[1]]!.servers.length];
    }, put(body));
  }

  /** Changes a service, or one of its servers. */
  patch(patch: Body, service: string, server?: string): Promise<void> {
    if (server === undefined) refuseFixed(patch, FIXED_OF_SERVICE, 'service');
    else refuseFixed(patch, FIXED_OF_SERVER, 'server');
    return this.#edit(placeOf(service, server), (at, document) => editsOf(at, writtenAt(document, at), patch));
  }

  /** Removes a service, or one of its servers. */
  remove(service: string, server?: string): Promise<void> {
    return this.#edit(placeOf(service, server), put(undefined));
  }

  async #edit(place: Place, editsAt: EditsAt): Promise<void> {
    let at: readonly Step[] = [];
    const next = (document: ConfigDocument) => {
      at = place(document.config.services);
      const edits = editsAt(at, document);
      return edits.length === 0 ? document : document.edit(edits);
    };
    await this.#context.liveConfig.change(this.#source, next).catch(error => {
      throw error instanceof ConfigError ? refusalOf(error, at) : error;
    });
  }
}

/** Who asked for a change, for the log. */
export function sourceOf(by: string | undefined): string {
  return by === undefined ? 'rest' : `rest: ${by}`;
}

function serviceAt(services: readonly ServiceConfig[], name: string): ['services', number] {
  return ['services', services.indexOf(named('service', name, services))];
}

function placeOf(service: string, server: string | undefined): Place {
  return services => {
    const at = serviceAt(services, service);
    if (server === undefined) return at;
    const { servers } = services[at[1]]!;
    return [...at, 'servers', servers.indexOf(named('server', server, servers, ` in service "${service}"`))];
  };
}

/** `undefined` deletes the value. */
function put(value: Body | undefined): EditsAt {
  return path => [{ path, value }];
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
