import type { BucketInput, MeterBandInput } from '../../openflow/index.ts';
import type { Flow } from './flow.ts';

/** A group that should be there (OpenFlow 1.3.5, 5.6.1). */
export interface Group {
  readonly groupId: number;
  /** One of `OFPGT`. */
  readonly groupType: number;
  readonly buckets: readonly BucketInput[];
}

/** A meter that should be there (5.7). */
export interface Meter {
  readonly meterId: number;
  /** Of `OFPMF`. */
  readonly flags: number;
  readonly bands: readonly MeterBandInput[];
}

/**
 * What should be in a switch whatever connections there are: a pure function of what is known. Each owner gives its sections of it;
 * `switches/reconciler.ts` alone sends what differs.
 */
export interface DesiredState {
  readonly flows?: readonly Flow[];
  readonly groups?: readonly Group[];
  readonly meters?: readonly Meter[];
}
