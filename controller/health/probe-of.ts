import type { Random } from '../core/clock.ts';
import type { HealthConfig } from '../core/config.ts';
import type { ExternalProbe } from '../core/external-probe.ts';
import { arpProbe } from './arp-probe.ts';
import { HttpProbe } from './http-probe.ts';
import { icmpProbe } from './icmp-probe.ts';
import type { Ends, Probe } from './probe.ts';
import type { ServerCheck } from './server-check.ts';
import type { ProbeType } from './target.ts';
import { tcpProbe } from './tcp-probe.ts';

type Ask = (ends: Ends, health: HealthConfig, startedAt: number, random: Random) => Probe;

/** A question of each type, from its first frames to its outcome. */
export const PROBES: Readonly<Record<ProbeType, Ask>> = {
  arp: ({ remote }, health, startedAt) => arpProbe(remote.ip, health, startedAt),
  icmp: icmpProbe,
  tcp: tcpProbe,
  http: (...asked) => new HttpProbe(...asked),
};

/** What the owner of the sockets has to know of a check. */
export function externalProbeOf({ target, type, port }: ServerCheck): ExternalProbe {
  const { id, ip, vip, health } = target;
  return { id, type: type === 'http' ? 'http' : 'tcp', ip, port, timeoutMs: health.timeoutMs, http: health.http, vip };
}
