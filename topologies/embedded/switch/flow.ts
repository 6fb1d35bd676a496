import type { InstructionInput, Match } from '../../../openflow/index.ts';
import type { Rule, Tuple } from './classifier.ts';
import type { Due } from './deadlines.ts';
import { kindOf, matchOf, planMatch } from './match-of.ts';
import type { Program } from './program.ts';
import type { MatchedFlow } from './run.ts';
import { Ternary } from './ternary.ts';

/** What a flow-mod says about a flow beside its match. */
export interface FlowSpec {
  readonly tableId: number;
  readonly priority: number;
  readonly cookie: bigint;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly flags: number;
  readonly instructions: readonly InstructionInput[];
  readonly program: Program;
}

const scratch = new Ternary();
const NO_VALUES: readonly number[] = [];

/** An entry of a flow table: match, counters, timeouts, program. */
export class Flow implements Rule, Due, MatchedFlow {
  readonly tableId: number;
  readonly priority: number;
  cookie: bigint;
  readonly flags: number;
  /** Seconds; `fin_timeout` shortens both. */
  idleTimeout: number;
  hardTimeout: number;
  instructions: readonly InstructionInput[];
  program: Program;
  packets = 0;
  bytes = 0;
  createdAt: number;
  modifiedAt: number;
  usedAt: number;
  values: readonly number[] = NO_VALUES;
  hash = 0;
  next: Rule | undefined = undefined;
  tuple: Tuple<Rule> | undefined = undefined;
  dueAt = 0;
  dueIndex = -1;

  constructor(spec: FlowSpec, now: number) {
    this.tableId = spec.tableId;
    this.priority = spec.priority;
    this.cookie = spec.cookie;
    this.flags = spec.flags;
    this.idleTimeout = spec.idleTimeout;
    this.hardTimeout = spec.hardTimeout;
    this.instructions = spec.instructions;
    this.program = spec.program;
    this.createdAt = now;
    this.modifiedAt = now;
    this.usedAt = now;
  }

  /** When it would go if no packet came any more; Infinity: never. */
  get expiresAt(): number {
    const idle = this.idleTimeout === 0 ? Number.POSITIVE_INFINITY : this.usedAt + this.idleTimeout * 1000;
    const hard = this.hardTimeout === 0 ? Number.POSITIVE_INFINITY : this.modifiedAt + this.hardTimeout * 1000;
    return Math.min(idle, hard);
  }

  /** Whether the table-miss entry: it matches everything with priority 0 (5.4). */
  get isTableMiss(): boolean {
    return this.priority === 0 && this.values.length === 0;
  }

  /** The match in OpenFlow's words. Only while the flow is in its table. */
  get match(): Match {
    const ternary = this.fill(scratch);
    const { plans } = this.tuple!;
    const kind = kindOf(ternary.value);
    let plan = plans.get(kind);
    if (plan === undefined) {
      plan = planMatch(ternary);
      plans.set(kind, plan);
    }
    return matchOf(ternary, plan);
  }

  /** Writes the match into `into`. */
  fill(into: Ternary): Ternary {
    into.clear();
    const { slots, masks } = this.tuple!;
    for (let i = 0; i < slots.length; i++) {
      into.value.words[slots[i]!] = this.values[i]!;
      into.mask.words[slots[i]!] = masks[i]!;
    }
    return into;
  }
}
