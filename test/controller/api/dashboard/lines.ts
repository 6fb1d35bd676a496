import type { Dpid } from '../../../../controller/core/dpid.ts';
import type { AdoptedEntry, DecisionEntry, EndEntry, RefusedEntry, ServerEntry } from '../../../../controller/core/events.ts';

const DPID = '0000000000000001' as Dpid;
const START_MS = Date.parse('2026-01-01T00:00:00Z');

function head<T extends string>(type: T, seq: number): { v: 1; seq: number; time: string; type: T } {
  return { v: 1, seq, time: new Date(START_MS + seq * 1000).toISOString(), type };
}

/** Lines of the log as they come, a second after each other. */
export function decision(seq: number, change: Partial<DecisionEntry> = {}): DecisionEntry {
  return {
    ...head('decision', seq),
    ...{ service: 'web', dpid: DPID, protocol: 'tcp' },
    client: { ip: '10.0.0.4', port: 40_000 + seq },
    vip: { ip: '10.0.0.100', port: 80 },
    server: { name: 'server1', ip: '10.0.0.1', port: 8000 },
    strategy: 'round-robin',
    reason: { rule: 'next in turn', candidates: [{ name: 'server1', score: 0 }] },
    flows: [],
    ...change,
  };
}

export function end(seq: number, of: number): EndEntry {
  return {
    ...head('end', seq),
    ...{ of, service: 'web', server: 'server1', client: { ip: '10.0.0.4', port: 40_000 + of } },
    ...{ bytes: { in: 100, out: 1000 }, packets: { in: 1, out: 1 }, durationMs: 12, why: 'fin' },
  };
}

export function refused(seq: number): RefusedEntry {
  const { service, dpid, protocol, client, vip } = decision(seq);
  return { ...head('refused', seq), service, dpid, protocol, client, vip, reason: { rule: 'none', servers: [] } };
}

export function adopted(seq: number): AdoptedEntry {
  const { service, dpid, protocol, client, vip, server } = decision(seq);
  return { ...head('adopted', seq), service, dpid, protocol, client, vip, server };
}

export function server(seq: number, state: 'up' | 'down' = 'up'): ServerEntry {
  return { ...head('server', seq), service: 'web', server: 'server1', state, reason: 'answers ARP' };
}
