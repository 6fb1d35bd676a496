import type { Text } from '../text/en.ts';

/** Numbers, amounts and times as a language writes them. */
export interface Format {
  readonly count: (value: number) => string;
  /** `2.4`, `130`: per second, without the unit. */
  readonly rate: (value: number) => string;
  readonly percent: (share: number) => string;
  /** `1.2 kB`; decimal prefixes. */
  readonly bytes: (value: number) => string;
  readonly bytesPerSecond: (value: number) => string;
  /** `0.8 ms`, `3.2 s`, `4 min 10 s`. */
  readonly duration: (ms: number) => string;
  /** `14:03:27` */
  readonly time: (iso: string) => string;
  /** `14:03:27.123` */
  readonly exactTime: (iso: string) => string;
  readonly dateTime: (iso: string) => string;
}

const PREFIXES = ['', 'k', 'M', 'G', 'T'] as const;
/** Narrow and no break: a number and its unit stay together. */
const JOIN = '\u202f';

export function formatOf(language: string, units: Text['units']): Format {
  const count = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const one = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false } as const;
  const time = new Intl.DateTimeFormat(language, clock);
  const exact = new Intl.DateTimeFormat(language, { ...clock, fractionalSecondDigits: 3 });
  const dateTime = new Intl.DateTimeFormat(language, { ...clock, day: 'numeric', month: 'short' });
  const short = (value: number) => (value === 0 || value >= 99.95 ? count : one).format(value);
  const bytes = (value: number) => {
    const power = value < 1000 ? 0 : Math.min(PREFIXES.length - 1, Math.floor(Math.log10(value) / 3));
    const scaled = value / 1000 ** power;
    return `${power === 0 ? count.format(scaled) : short(scaled)}${JOIN}${PREFIXES[power]}${units.byte}`;
  };
  return {
    count: value => count.format(value),
    rate: short,
    percent: share => `${count.format(share * 100)}${JOIN}%`,
    bytes,
    bytesPerSecond: value => `${bytes(value)}${units.perSecond}`,
    duration: ms => durationText(ms, units, short, count),
    time: iso => time.format(new Date(iso)),
    exactTime: iso => exact.format(new Date(iso)),
    dateTime: iso => dateTime.format(new Date(iso)),
  };
}

function durationText(ms: number, units: Text['units'], short: (value: number) => string, count: Intl.NumberFormat): string {
  const part = (value: number, unit: string) => `${count.format(Math.floor(value))}${JOIN}${unit}`;
  if (ms < 1000) return `${short(ms)}${JOIN}${units.ms}`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${short(seconds)}${JOIN}${units.second}`;
  const pair = (whole: number, big: string, rest: number, small: string) =>
    rest < 1 ? part(whole, big) : `${part(whole, big)} ${part(rest, small)}`;
  if (seconds < 3600) return pair(seconds / 60, units.minute, seconds % 60, units.second);
  if (seconds < 86_400) return pair(seconds / 3600, units.hour, (seconds % 3600) / 60, units.minute);
  return pair(seconds / 86_400, units.day, (seconds % 86_400) / 3600, units.hour);
}
