import { type ActionInput, type MessageInput, OFPG, OFPP } from '../../../openflow/index.ts';
import { OFPGC, OFPGT } from '../../../openflow/protocol/groups.ts';
import { AT, FlowKey } from './flow-key.ts';
import { newScope, type Services } from './operation.ts';
import { compileBucket } from './program.ts';
import { refuse } from './refusal.ts';
import type { Op } from './run.ts';

export type GroupMod = Extract<MessageInput, { readonly type: 'groupMod' }>;

/** A bucket: what it does, and what it watches. */
export interface Bucket {
  readonly weight: number;
  readonly watchPort: number;
  readonly watchGroup: number;
  readonly actions: readonly ActionInput[];
  readonly ops: readonly Op[];
  packets: number;
  bytes: number;
  usedAt: number;
}

/** Whether a port or a group that a bucket watches lives. */
export interface Liveness {
  portLives(portNo: number): boolean;
  groupLives(groupId: number, depth: number): boolean;
}

const nothing = new FlowKey();

/** An entry of the group table (5.6). */
export class Group {
  readonly groupId: number;
  groupType: number;
  buckets: readonly Bucket[];
  createdAt: number;
  packets = 0;
  bytes = 0;
  usedAt = 0;
  /** Sums of the weights up to each bucket. */
  #sums: number[] = [];

  constructor(groupId: number, groupType: number, buckets: readonly Bucket[], now: number) {
    this.groupId = groupId;
    this.groupType = groupType;
    this.buckets = buckets;
    this.createdAt = now;
    this.replace(groupType, buckets);
  }

  /** Gives it other buckets, with counters that begin anew. */
  replace(groupType: number, buckets: readonly Bucket[]): void {
    this.groupType = groupType;
    this.buckets = buckets;
    let sum = 0;
    this.#sums = buckets.map(({ weight }) => {
      sum += weight;
      return sum;
    });
  }

  /** Whether any of its buckets lives. */
  lives(liveness: Liveness, depth: number): boolean {
    return this.buckets.some(bucket => bucketLives(bucket, liveness, depth));
  }

  /** The first bucket that lives (fast failover). */
  first(liveness: Liveness): Bucket | undefined {
    return this.buckets.find(bucket => bucketLives(bucket, liveness, 0));
  }

  /**
   * The bucket of a packet (select): the same for all packets of a connection in both directions. When its bucket is dead
   * another is chosen, so that only the dead bucket's connections move.
   */
  select(key: FlowKey, liveness: Liveness): Bucket | undefined {
    const total = this.#sums.at(-1) ?? 0;
    if (total === 0) return undefined;
    let hash = connectionHash(key);
    for (let tries = 0; tries < SELECT_TRIES; tries++) {
      const bucket = this.buckets[this.#indexOf(hash % total)]!;
      if (bucketLives(bucket, liveness, 0)) return bucket;
      hash = scramble(hash + 1);
    }
    return this.buckets.find(bucket => bucket.weight > 0 && bucketLives(bucket, liveness, 0));
  }

  /** The first bucket whose sum is above the point. */
  #indexOf(point: number): number {
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sums[middle]! > point) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

const SELECT_TRIES = 32;
const MAX_LIVENESS_DEPTH = 128;

function bucketLives({ watchPort, watchGroup }: Bucket, liveness: Liveness, depth: number): boolean {
  if (depth >= MAX_LIVENESS_DEPTH) return false;
  if (watchPort === OFPP.ANY && watchGroup === OFPG.ANY) return true;
  if (watchPort !== OFPP.ANY && liveness.portLives(watchPort)) return true;
  return watchGroup !== OFPG.ANY && liveness.groupLives(watchGroup, depth + 1);
}

/** A hash of the 5-tuple that both directions share; of the Ethernet addresses for what is not IP. */
export function connectionHash({ words, bytes }: FlowKey): number {
  const isIpv4 = words[AT.ipv4Src / 4] !== 0 || words[AT.ipv4Dst / 4] !== 0;
  let hash = bytes[AT.ipProto]!;
  if (isIpv4) hash ^= words[AT.ipv4Src / 4]! ^ words[AT.ipv4Dst / 4]!;
  else if (bytes[AT.ipProto] !== 0) {
    for (let i = 0; i < 4; i++) hash = scramble(hash) ^ words[AT.ipv6Src / 4 + i]! ^ words[AT.ipv6Dst / 4 + i]!;
  } else {
    for (let i = 0; i < 6; i++) hash = Math.imul(hash, 257) ^ bytes[AT.ethDst + i]! ^ bytes[AT.ethSrc + i]!;
  }
  const ports = words[AT.l4Src / 4]!;
  return scramble(scramble(hash) ^ ((ports >>> 16) ^ (ports & 0xffff)));
}

/** The last step of MurmurHash3 (Appleby). */
function scramble(hash: number): number {
  let h = hash | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Compiles the buckets of a group-mod. Throws a refusal for a group that cannot be. */
export function compileBuckets(
  { command = OFPGC.ADD, groupType = OFPGT.ALL, buckets = [] }: GroupMod,
  services: Services,
): Bucket[] {
  const compiled = buckets.map(bucket => {
    const { weight = 0, watchPort = OFPP.ANY, watchGroup = OFPG.ANY, actions } = bucket;
    const scope = newScope(services, nothing); // what packets come here is not known: the actions are taken as they are
    const ops = compileBucket(actions, scope);
    return { weight, watchPort, watchGroup, actions, ops, packets: 0, bytes: 0, usedAt: 0 };
  });
  if (command === OFPGC.DELETE && buckets.length > 0) throw refuse.group('INVALID_GROUP');
  if (groupType > OFPGT.FF) throw refuse.group('BAD_TYPE');
  if (groupType === OFPGT.INDIRECT && command !== OFPGC.DELETE && buckets.length !== 1) throw refuse.group('INVALID_GROUP');
  for (const { weight, watchPort, watchGroup } of compiled) {
    const watches = watchPort !== OFPP.ANY || watchGroup !== OFPG.ANY;
    if (weight !== 0 && groupType !== OFPGT.SELECT) throw refuse.group('INVALID_GROUP');
    if (watches && (groupType === OFPGT.ALL || groupType === OFPGT.INDIRECT)) throw refuse.group('WATCH_UNSUPPORTED');
    if (!watches && groupType === OFPGT.FF) throw refuse.group('INVALID_GROUP');
  }
  return compiled;
}
