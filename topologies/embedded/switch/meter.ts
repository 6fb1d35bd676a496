import type { MeterBandInput } from '../../../openflow/protocol/meters.ts';
import { OFPMF } from '../../../openflow/protocol/meters.ts';

/** One band: a token bucket that fills with its rate. */
interface Band {
  readonly rate: number;
  readonly burst: number;
  tokens: number;
  packets: number;
  bytes: number;
}

/** Limits what its flows may carry (5.7): drops packets above the highest rate that is exceeded. */
export class Meter {
  readonly meterId: number;
  readonly flags: number;
  /** The bands as they are told: without a burst they have that of a second (as Open vSwitch has it). */
  readonly specs: readonly MeterBandInput[];
  readonly bands: readonly Band[];
  createdAt: number;
  packets = 0;
  bytes = 0;
  #filledAt: number;

  constructor(meterId: number, flags: number, specs: readonly MeterBandInput[], now: number) {
    this.meterId = meterId;
    this.flags = flags;
    this.createdAt = now;
    this.#filledAt = now;
    this.bands = specs.map(spec => {
      const rate = 'rate' in spec ? spec.rate : 0;
      const burst = ('burstSize' in spec && spec.burstSize) || rate;
      return { rate, burst, tokens: burst, packets: 0, bytes: 0 };
    });
    this.specs = specs.map((spec, i) => ({ ...spec, burstSize: this.bands[i]!.burst }));
  }

  /** Counts a packet; false: it is to be dropped. */
  passes(length: number, now: number): boolean {
    this.packets++;
    this.bytes += length;
    // Tokens are packets, or kilobits: with a rate of N per second, N / 1000 come each millisecond.
    const cost = (this.flags & OFPMF.PKTPS) !== 0 ? 1 : (length * 8) / 1000;
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#filledAt = now;
    let exceeded: Band | undefined;
    for (const band of this.bands) {
      band.tokens = Math.min(band.burst, band.tokens + (elapsed * band.rate) / 1000);
      if (band.tokens >= cost) band.tokens -= cost;
      else if (exceeded === undefined || band.rate > exceeded.rate) exceeded = band;
    }
    if (exceeded === undefined) return true;
    exceeded.packets++;
    exceeded.bytes += length;
    return false;
  }
}
