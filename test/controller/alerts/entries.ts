import { alerts } from '../../../controller/core/config/alerts.ts';
import { toDpid } from '../../../controller/core/dpid.ts';
import type { LogEntry, ServerEntry, ServiceEntry, SwitchEntry, TableEntry } from '../../../controller/core/events.ts';

const head = { v: 1, seq: 1, time: '2026-11-22T10:00:00.000Z' } as const;
const dpid = toDpid(1n);

export const server = (name: string, state: ServerEntry['state'], reason = 'because', service = 'web'): LogEntry => {
  return { ...head, type: 'server', service, server: name, state, reason };
};
export const service = (state: ServiceEntry['state'], name = 'web'): LogEntry => {
  return { ...head, type: 'service', service: name, state, reason: 'because' };
};
export const switchIs = (state: SwitchEntry['state'], address = '10.9.9.9:1'): LogEntry => {
  return { ...head, type: 'switch', dpid, address, state, reason: 'because' };
};
export const table = (state: TableEntry['state'], flows = 90): LogEntry => {
  return { ...head, type: 'table', dpid, table: 1, flows, limit: 100, state };
};
export const applied: LogEntry = { ...head, type: 'config', state: 'applied', source: 'rest', changes: [] };

/** The rules of a configuration with few settings of alerts, or none. */
export const rules = (settings: object = {}) => alerts.parse(settings);
