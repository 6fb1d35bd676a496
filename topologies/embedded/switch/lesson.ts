import type { InstructionInput } from '../../../openflow/index.ts';
import type { Ternary } from './ternary.ts';

/** A flow that `learn` made of a packet. */
export interface Lesson {
  readonly tableId: number;
  readonly priority: number;
  readonly cookie: bigint;
  readonly idleTimeout: number;
  readonly hardTimeout: number;
  readonly flags: number;
  readonly match: Ternary;
  readonly instructions: readonly InstructionInput[];
}

/** What a flow has taught, and what goes with it (NX_LEARN_F_DELETE_LEARNED). */
export interface Learned {
  readonly tableId: number;
  readonly cookie: bigint;
}
