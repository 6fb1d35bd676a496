import type { Outcome } from './probe.ts';
import type { ServerCheck } from './server-check.ts';

/** What a failed probe adds up to. */
export function failureText({ health, type, isHostThere, isArpTheQuestion }: ServerCheck, { kind, reason }: Outcome): string {
  if (kind === 'refused') return reason;
  const count = health.misses + 1;
  const name = type.toUpperCase();
  const probes = count === 1 ? `${type === 'tcp' ? 'a' : 'an'} ${name} probe` : `${count} ${name} probes in a row`;
  if (kind === 'wrong') return `${probes} failed: ${reason}`;
  if (type === 'arp') return `${probes} unanswered`;
  const host = isArpTheQuestion ? 'nobody answers ARP' : isHostThere ? 'the host answers ARP' : '';
  return `${probes} unanswered${host && ` (${host})`}`;
}
