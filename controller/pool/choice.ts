import type { Reason } from '../core/events.ts';
import type { ConnectionKey, Pick, PickContext, Strategy } from '../strategies/strategy.ts';
import { isReachable, type Reachable, type Server } from './server.ts';
import type { VirtualService } from './virtual-service.ts';

/** Candidates that a reason names; of more, the chosen one and the first of the others. */
export const MAX_NAMED_CANDIDATES = 16;

/** A server for a new connection, and why. */
export interface Choice {
  readonly server: Reachable;
  readonly reason: Reason;
  readonly shadow?: { readonly strategy: string; readonly server: string | null };
}

/** Why there is none: no server takes connections, or those that do have one of this client and port for another service. */
export type NoChoice = 'none' | 'taken';

/**
 * Who gets a new connection: the server that its client keeps, or the one that the strategy picks. `isTaken`: a server has another
 * connection with this client and port, whose answers could not be told apart.
 */
export function choose(
  service: VirtualService,
  key: ConnectionKey,
  context: PickContext,
  isTaken: (server: Server) => boolean = () => false,
): Choice | NoChoice {
  const { affinity, candidates, strategy, shadow } = service;
  const kept = affinity.find(key.clientIp, key.clientPort, context.now);
  if (kept !== undefined && isReachable(kept) && !isTaken(kept)) {
    affinity.keep(key.clientIp, key.clientPort, kept, context.now);
    return { server: kept, reason: { rule: 'the client keeps its server', candidates: [{ name: kept.name }] } };
  }
  const found = pickFree(strategy, key, candidates, context, isTaken);
  if (typeof found === 'string' || !isReachable(found.pick.candidate)) return found === 'taken' ? 'taken' : 'none';
  const server = found.pick.candidate;
  const reason = reasonOf(found.pick, found.among);
  // A bond to a server that is taken for this one port goes on.
  if (kept === undefined) affinity.keep(key.clientIp, key.clientPort, server, context.now);
  if (shadow === undefined) return { server, reason };
  const other = shadow.ask(key, candidates, context, server);
  return { server, reason, shadow: { strategy: shadow.name, server: other?.name ?? null } };
}

interface Found {
  readonly pick: Pick<Server>;
  /** Those that it was picked from. */
  readonly among: readonly Server[];
}

/** The strategy is asked again, with fewer candidates, only in the rare case that the port is in use with its choice. */
function pickFree(
  strategy: Strategy<Server>,
  key: ConnectionKey,
  candidates: readonly Server[],
  context: PickContext,
  isTaken: (server: Server) => boolean,
): Found | NoChoice {
  const pick = strategy.pick(key, candidates, context);
  if (pick === undefined) return 'none';
  if (!isTaken(pick.candidate)) return { pick, among: candidates };
  const among = candidates.filter(server => !isTaken(server));
  const other = among.length === 0 ? undefined : strategy.pick(key, among, context);
  return other === undefined ? 'taken' : { pick: other, among };
}

function reasonOf({ candidate, rule, score }: Pick<Server>, candidates: readonly Server[]): Reason {
  const worth = (one: Server) => ({ name: one.name, ...(score && { score: rounded(score(one)) }) });
  if (candidates.length <= MAX_NAMED_CANDIDATES) return { rule, candidates: candidates.map(worth) };
  const others = candidates.slice(0, MAX_NAMED_CANDIDATES).filter(one => one !== candidate);
  const named = [candidate, ...others.slice(0, MAX_NAMED_CANDIDATES - 1)];
  return { rule, candidates: named.map(worth), of: candidates.length };
}

/** As exact as people read it. */
const rounded = (score: number): number => Math.round(score * 1000) / 1000;
