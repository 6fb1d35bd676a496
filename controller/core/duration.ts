const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `500ms`, `2s`, `5m` or `1h`; undefined for anything else, a bare number included. */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  return found ? Number(found[1]) * UNIT_MS[found[2]!]! : undefined;
}

/** The shortest text for a number of milliseconds: 300000 is `5m`. */
export function durationText(ms: number): string {
  const unit = ['h', 'm', 's'].find(each => ms >= UNIT_MS[each]! && ms % UNIT_MS[each]! === 0) ?? 'ms';
  return `${ms / UNIT_MS[unit]!}${unit}`;
}
