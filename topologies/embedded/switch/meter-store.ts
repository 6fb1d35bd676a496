import type { MessageInput } from '../../../openflow/index.ts';
import { OFPM, OFPMC, OFPMF } from '../../../openflow/protocol/meters.ts';
import { Meter } from './meter.ts';
import { refuse } from './refusal.ts';

type MeterMod = Extract<MessageInput, { readonly type: 'meterMod' }>;

/** What a meter table may hold. */
export const METER_LIMITS = { maxMeter: 262_144, maxBands: 8 } as const;

/** The meter table: meter-mods (7.3.4.4). */
export class MeterStore {
  readonly meters: ReadonlyMap<number, Meter>;
  readonly #meters: Map<number, Meter>;
  readonly #deleted: (meterId: number) => void;

  constructor(meters: Map<number, Meter>, deleted: (meterId: number) => void) {
    this.meters = meters;
    this.#meters = meters;
    this.#deleted = deleted;
  }

  /** Carries out a meter-mod. Throws a refusal; then nothing has changed. */
  change(message: MeterMod, now: number): void {
    const { command = OFPMC.ADD, meterId, flags = OFPMF.KBPS, bands = [] } = message;
    if (command === OFPMC.DELETE) {
      this.#delete(meterId);
      return;
    }
    if (command !== OFPMC.ADD && command !== OFPMC.MODIFY) throw refuse.meter('BAD_COMMAND');
    if (meterId === 0 || meterId > METER_LIMITS.maxMeter) throw refuse.meter('INVALID_METER');
    checkFlags(flags);
    if (bands.length > METER_LIMITS.maxBands) throw refuse.meter('OUT_OF_BANDS');
    if (bands.some(({ type }) => type !== 'drop')) throw refuse.meter('BAD_BAND');
    const old = this.#meters.get(meterId);
    if (command === OFPMC.ADD && old !== undefined) throw refuse.meter('METER_EXISTS');
    if (command === OFPMC.MODIFY && old === undefined) throw refuse.meter('UNKNOWN_METER');
    this.#meters.set(meterId, new Meter(meterId, flags, bands, now));
  }

  #delete(meterId: number): void {
    const gone = meterId === OFPM.ALL ? [...this.#meters.keys()] : [meterId];
    for (const id of gone) if (this.#meters.delete(id)) this.#deleted(id);
  }
}

/** Exactly one unit, and no flags beside those of 1.3. */
function checkFlags(flags: number): void {
  const unit = flags & (OFPMF.KBPS | OFPMF.PKTPS);
  if ((flags & ~0xf) !== 0 || unit === (OFPMF.KBPS | OFPMF.PKTPS)) throw refuse.meter('BAD_FLAGS');
}
