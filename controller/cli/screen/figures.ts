/** Figures as people read them: three digits at most, with their unit. */

const STEPS = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

/** In seconds. */
const SPANS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** `950`, `1.2 k`, `34 M`. */
export function countText(value: number): string {
  const [size, unit] = STEPS.find(([step]) => Math.abs(value) >= step * 0.9995) ?? [1, ''];
  return unit === '' ? shortText(value) : `${shortText(value / size)} ${unit}`;
}

/** `1.2 kB/s` */
export function byteRateText(bytesPerSecond: number): string {
  const text = countText(bytesPerSecond);
  return `${text}${text.includes(' ') ? '' : ' '}B/s`;
}

/** `412 ms`, `3.2 s`, `14 s`, `2 min 5 s`, `3 h 20 min`, `2 d 4 h`. */
export function spanText(ms: number): string {
  if (ms < 999.5) return `${shortText(ms)} ms`;
  if (ms < 59_500) return `${shortText(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  const at = SPANS.findIndex(([length]) => seconds >= length);
  const [[size, unit], [below, smaller]] = [SPANS[at]!, SPANS[at + 1]!];
  const rest = Math.floor((seconds % size) / below);
  return `${Math.floor(seconds / size)} ${unit}${rest === 0 ? '' : ` ${rest} ${smaller}`}`;
}

/** `33 %` of a share from 0 to 1. */
export function shareText(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `1 connection`, `2 connections`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Whole from ten on, with one digit behind the point below, and none where it is 0. */
function shortText(value: number): string {
  return Math.abs(value) >= 9.95 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
}
