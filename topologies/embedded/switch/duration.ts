/** Milliseconds as OpenFlow tells a duration: whole seconds, and nanoseconds beyond them. */
export function duration(ms: number): { readonly durationSec: number; readonly durationNsec: number } {
  const whole = Math.max(0, ms);
  const durationSec = Math.floor(whole / 1000);
  return { durationSec, durationNsec: Math.round((whole - durationSec * 1000) * 1e6) };
}
