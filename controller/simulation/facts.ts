import type { Config } from '../core/config.ts';
import type { Disturbances } from './disturbances.ts';
import { BOUNDS } from './settings.ts';
import type { WireConnection } from './wire.ts';

/** What is true in the world, whatever the controller thinks. */
export class Facts {
  /** Hosts that died and have not come back, and those whose cable is pulled out. */
  readonly deadSince = new Map<string, number>();
  readonly unpluggedSince = new Map<string, number>();
  readonly #shortestMs: number;
  readonly #finMs: number;
  readonly #idleMs: Readonly<Record<'tcp' | 'udp', number>>;

  /** Servers that the configuration in force wants to take connections: `service/server`. */
  #ready!: ReadonlySet<string>;
  readonly #addresses: ReadonlyMap<string, string>;

  constructor(config: Config) {
    this.wanted(config);
    this.#addresses = new Map(
      config.services.flatMap(({ name, servers }) => servers.map(server => [`${name}/${server.name}`, server.ip] as const)),
    );
    this.#finMs = Math.min(...config.services.map(one => one.finTimeoutMs));
    const idleOf = (protocol: 'tcp' | 'udp') =>
      Math.min(...config.services.filter(one => one.protocol === protocol).map(one => one.idleTimeoutMs));
    this.#idleMs = { tcp: idleOf('tcp'), udp: idleOf('udp') };
    this.#shortestMs = Math.min(this.#finMs, this.#idleMs.tcp, this.#idleMs.udp);
  }

  /** When the server's direction of a connection goes if its server stays silent. */
  reverseExpiresAt(protocol: 'tcp' | 'udp', lastOutAt: number, isClosed: boolean): number {
    return lastOutAt + (isClosed ? Math.min(this.#finMs, this.#idleMs[protocol]) : this.#idleMs[protocol]);
  }

  /** Another configuration is in force. */
  wanted(config: Config): void {
    this.#ready = new Set(
      config.services.flatMap(({ name, servers }) =>
        servers.filter(({ state }) => state === 'ready').map(server => `${name}/${server.name}`),
      ),
    );
  }

  /** Whether a server may be given new connections, as the operator has it. */
  isReady(service: string, server: string): boolean {
    return this.#ready.has(`${service}/${server}`);
  }

  /** Whether some service does not want the server at this address. */
  isHeldBack(ip: string): boolean {
    return [...this.#addresses].some(([id, address]) => address === ip && !this.#ready.has(id));
  }

  /** Why a controller that was not disturbed has to know that a host cannot be reached; undefined when it may not know. */
  unreachable(host: string, now: number, disturbances: Disturbances): string | undefined {
    const long = (since: number | undefined, bound: number, what: string) => {
      if (since === undefined || now - since < bound || disturbances.explain(since - bound, now, 'control')) return undefined;
      return `${what} ${((now - since) / 1000).toFixed(3)} s ago`;
    };
    return (
      long(this.deadSince.get(host), BOUNDS.detectMs, 'died') ??
      long(this.unpluggedSince.get(host), BOUNDS.portDownMs, 'lost its cable')
    );
  }

  /** Whether the flows of a connection may have gone while no controller was there to see it. */
  mayHaveExpired(wire: WireConnection | undefined, now: number): boolean {
    return wire === undefined || now - wire.lastAt >= this.#shortestMs;
  }
}
