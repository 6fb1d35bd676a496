import { OFPG } from '../../../openflow/index.ts';
import { OFPGC } from '../../../openflow/protocol/groups.ts';
import { type Bucket, compileBuckets, Group, type GroupMod } from './group.ts';
import type { Journal } from './journal.ts';
import type { Services } from './operation.ts';
import { refuse } from './refusal.ts';

/** The group table: group-mods (7.3.4.2). */
export class GroupStore {
  readonly groups: ReadonlyMap<number, Group>;
  readonly #groups: Map<number, Group>;
  readonly #services: Services;
  readonly #journal: Journal;
  readonly #deleted: (groupId: number) => void;

  constructor(groups: Map<number, Group>, services: Services, journal: Journal, deleted: (groupId: number) => void) {
    this.groups = groups;
    this.#groups = groups;
    this.#services = services;
    this.#journal = journal;
    this.#deleted = deleted;
  }

  /** Carries out a group-mod. Throws a refusal; then nothing has changed. */
  change(message: GroupMod, now: number): void {
    const { command = OFPGC.ADD, groupId } = message;
    const buckets = compileBuckets(message, this.#services);
    if (command === OFPGC.DELETE) this.#delete(groupId);
    else if (command === OFPGC.ADD || command === OFPGC.MODIFY) this.#set(message, buckets, command === OFPGC.ADD, now);
    else throw refuse.group('BAD_COMMAND');
  }

  #set({ groupId, groupType = 0 }: GroupMod, compiled: readonly Bucket[], adds: boolean, now: number): void {
    if (adds && groupId > OFPG.MAX) throw refuse.group('INVALID_GROUP');
    const old = this.#groups.get(groupId);
    if (adds && old !== undefined) throw refuse.group('GROUP_EXISTS');
    if (!adds && old === undefined) throw refuse.group('UNKNOWN_GROUP');
    if (old === undefined) {
      this.#groups.set(groupId, new Group(groupId, groupType, compiled, now));
      this.#journal.note(() => this.#groups.delete(groupId));
    } else {
      const { groupType: typeBefore, buckets: bucketsBefore } = old;
      old.replace(groupType, compiled);
      this.#journal.note(() => old.replace(typeBefore, bucketsBefore));
    }
  }

  #delete(groupId: number): void {
    const gone = groupId === OFPG.ALL ? [...this.#groups.keys()] : [groupId];
    for (const id of gone) {
      const group = this.#groups.get(id);
      if (group === undefined) continue;
      this.#groups.delete(id);
      this.#journal.note(() => this.#groups.set(id, group));
      this.#deleted(id);
    }
  }
}
