import type { HealthConfig } from '../core/config.ts';
import { ArpProbe } from './arp-probe.ts';
import { HttpProbe } from './http-probe.ts';
import { IcmpProbe } from './icmp-probe.ts';
import type { Ends, Probe } from './probe.ts';
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
