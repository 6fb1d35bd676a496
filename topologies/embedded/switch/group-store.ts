import { type MessageInput, OFPG } from '../../../openflow/index.ts';
import { OFPGC } from '../../../openflow/protocol/groups.ts';
import { compileBuckets, Group } from './group.ts';
import type { Services } from './operation.ts';
import { refuse } from './refusal.ts';

type GroupMod = Extract<MessageInput, { readonly type: 'groupMod' }>;

/** The group table: group-mods (7.3.4.2). */
export class GroupStore {
  readonly groups: ReadonlyMap<number, Group>;
  readonly #groups: Map<number, Group>;
  readonly #services: Services;
  readonly #deleted: (groupId: number) => void;

  constructor(groups: Map<number, Group>, services: Services, deleted: (groupId: number) => void) {
    this.groups = groups;
    this.#groups = groups;
    this.#services = services;
    this.#deleted = deleted;
  }

  /** Carries out a group-mod. Throws a refusal; then nothing has changed. */
  change(message: GroupMod, now: number): void {
    const { command = OFPGC.ADD, groupId } = message;
    if (command === OFPGC.DELETE) this.#delete(groupId);
    else if (command === OFPGC.ADD || command === OFPGC.MODIFY) this.#set(message, command === OFPGC.ADD, now);
    else throw refuse.group('BAD_COMMAND');
  }

  #set({ groupId, groupType = 0, buckets = [] }: GroupMod, adds: boolean, now: number): void {
    const compiled = compileBuckets(groupType, buckets, this.#services);
    if (groupId > OFPG.MAX) throw refuse.group('INVALID_GROUP');
    const old = this.#groups.get(groupId);
    if (adds && old !== undefined) throw refuse.group('GROUP_EXISTS');
    if (!adds && old === undefined) throw refuse.group('UNKNOWN_GROUP');
    for (const { groups } of compiled) for (const used of groups) if (this.#reaches(used, groupId)) throw refuse.group('LOOP');
    if (old === undefined) this.#groups.set(groupId, new Group(groupId, groupType, compiled, now));
    else old.replace(groupType, compiled);
  }

  /** Whether packets of group `from` can come to group `to`. */
  #reaches(from: number, to: number, depth = 0): boolean {
    if (from === to) return true;
    const group = this.#groups.get(from);
    if (group === undefined || depth > this.#groups.size) return false;
    return group.buckets.some(({ groups }) => [...groups].some(used => this.#reaches(used, to, depth + 1)));
  }

  #delete(groupId: number): void {
    if (groupId === OFPG.ANY) throw refuse.group('INVALID_GROUP');
    const gone = groupId === OFPG.ALL ? [...this.#groups.keys()] : [groupId];
    for (const id of gone) if (this.#groups.delete(id)) this.#deleted(id);
  }
}
