import type { HealthConfig } from '../core/config.ts';
import type { ExternalProbe } from '../core/external-probe.ts';
import { ArpProbe } from './arp-probe.ts';
import { HttpProbe } from './http-probe.ts';
import { IcmpProbe } from './icmp-probe.ts';
import type { Ends, Probe } from './probe.ts';
import type { ServerCheck } from './server-check.ts';
import type { ProbeType } from './target.ts';
import { TcpProbe } from './tcp-probe.ts';

/** A question of a type, from its first frame to its outcome. */
export function probeOf(type: ProbeType, ends: Ends, { timeoutMs, http }: HealthConfig): Probe {
  switch (type) {
    case 'arp':
      return new ArpProbe(ends.remote.ip, timeoutMs);
    case 'icmp':
      return new IcmpProbe(ends, timeoutMs);
    case 'tcp':
      return new TcpProbe(ends, timeoutMs);
    case 'http':
      return new HttpProbe(ends, http, timeoutMs);
  }
}

/** What the owner of the sockets has to know of a check. */
export function externalProbeOf({ target, type, port }: ServerCheck): ExternalProbe {
  const { id, ip, vip, health } = target;
  return { id, type: type === 'http' ? 'http' : 'tcp', ip, port, timeoutMs: health.timeoutMs, http: health.http, vip };
}
