import type { AffinityConfig } from '../core/config.ts';
import type { Server } from './server.ts';

/** Clients remembered for a service; beyond that the one that was silent longest is forgotten. */
export const MAX_CLIENTS = 100_000;

interface Bond {
  readonly server: Server;
  readonly expiresAt: number;
}

/** Which client keeps which server. */
export class Affinity {
  readonly config: AffinityConfig;
  readonly #bonds = new Map<string, Bond>();

  constructor(config: AffinityConfig) {
    this.config = config;
  }

  get size(): number {
    return this.#bonds.size;
  }

  /** The server that a client keeps, if it may still be sent to. */
  find(ip: string, port: number, now: number): Server | undefined {
    if (this.config.by === 'none') return undefined;
    const key = this.#keyOf(ip, port);
    const bond = this.#bonds.get(key);
    if (bond === undefined) return undefined;
    if (bond.expiresAt > now && bond.server.isEligible) return bond.server;
    this.#bonds.delete(key);
    return undefined;
  }

  /** The client is at this server from now on. */
  keep(ip: string, port: number, server: Server, now: number): void {
    if (this.config.by === 'none') return;
    const key = this.#keyOf(ip, port);
    // Deleted first, so that the order of the map is the order of silence.
    this.#bonds.delete(key);
    this.#bonds.set(key, { server, expiresAt: now + this.config.expiryMs });
    if (this.#bonds.size > MAX_CLIENTS) this.#bonds.delete(this.#bonds.keys().next().value!);
  }

  /** Nobody is bound to this server any more. */
  release(server: Server): void {
    for (const [key, bond] of this.#bonds) if (bond.server === server) this.#bonds.delete(key);
  }

  /** What is known, under other settings of the same kind; nothing where the kind is another. */
  under(config: AffinityConfig): Affinity {
    const next = new Affinity(config);
    const isSame = config.by === this.config.by && (config.by !== 'client-ip-and-ports' || config.ports === this.config.ports);
    if (isSame) for (const [key, bond] of this.#bonds) next.#bonds.set(key, bond);
    return next;
  }

  #keyOf(ip: string, port: number): string {
    return this.config.by === 'client-ip' ? ip : `${ip}/${Math.floor(port / this.config.ports)}`;
  }
}
