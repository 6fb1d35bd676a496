import type { ServiceConfig } from '../core/config.ts';
import { ConfigError } from '../core/config-error.ts';
import type { ConfigDocument, Edit, Step } from '../core/config-file.ts';
import type { ApiContext } from './api-context.ts';
import { editsOf } from './merge-patch.ts';
import { named, ProblemError, problemsText, refusalOf } from './problem.ts';

type Body = Readonly<Record<string, unknown>>;
/** Finds the place of a change. Throws `ProblemError`. */
type Place = (services: readonly ServiceConfig[]) => readonly Step[];

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
    return this.#put(services => ['services', services.length], body);
  }

  patchService(name: string, patch: Body): Promise<void> {
    refuseFixed(patch, FIXED_OF_SERVICE, 'service');
    return this.#patch(services => serviceAt(services, name), patch);
  }

  removeService(name: string): Promise<void> {
    return this.#put(services => serviceAt(services, name), undefined);
  }

  addServer(service: string, body: Body): Promise<void> {
    return this.#put(services => {
      const above = serviceAt(services, service);
      return [...above, 'servers', services[above[1]]!.servers.length];
    }, body);
  }

  patchServer(service: string, server: string, patch: Body): Promise<void> {
    refuseFixed(patch, FIXED_OF_SERVER, 'server');
    return this.#patch(services => serverAt(services, service, server), patch);
  }

  removeServer(service: string, server: string): Promise<void> {
    return this.#put(services => serverAt(services, service, server), undefined);
  }

  /** `undefined` deletes the value. */
  #put(place: Place, value: Body | undefined): Promise<void> {
    return this.#edit(place, at => [{ path: at, value }]);
  }

  #patch(place: Place, patch: Body): Promise<void> {
    return this.#edit(place, (at, document) => editsOf(at, writtenAt(document, at), patch));
  }

  async #edit(place: Place, editsAt: (at: readonly Step[], document: ConfigDocument) => readonly Edit[]): Promise<void> {
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

function serverAt(services: readonly ServiceConfig[], service: string, name: string): Step[] {
  const above = serviceAt(services, service);
  const { servers } = services[above[1]]!;
  return [...above, 'servers', servers.indexOf(named('server', name, servers, ` in service "${service}"`))];
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
