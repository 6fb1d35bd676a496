import type { AlertKind } from '../core/config/alert-channel.ts';
import type { LogEntry, SwitchEntry } from '../core/events.ts';

/** The condition of one subject, from a line of the log; `alert` undefined: no problem. */
export interface Condition {
  readonly of: 'server' | 'service' | 'switch' | 'table';
  readonly subject: string;
  readonly service?: string;
  readonly alert: AlertKind | undefined;
  readonly reason: string;
}

const SERVER = { up: undefined, down: 'server-down' } as const;
const SERVICE = { up: undefined, panic: 'panic', down: 'service-down' } as const;
const TABLE = { ok: undefined, 'nearly-full': 'table-nearly-full', full: 'table-full' } as const;

/** Reads conditions out of the lines of the log. */
export class Conditions {
  /** The address from which each switch is connected: a new connection may be logged before the end of the old one. */
  readonly #connected = new Map<string, string>();

  /** Undefined for a line that neither begins nor ends a problem. */
  read(entry: LogEntry): Condition | undefined {
    switch (entry.type) {
      case 'server': {
        const { service, server, state, reason } = entry;
        return { of: 'server', subject: `${service}/${server}`, service, alert: SERVER[state], reason };
      }
      case 'service': {
        const { service, state, reason } = entry;
        return { of: 'service', subject: service, service, alert: SERVICE[state], reason };
      }
      case 'table': {
        const reason = `${entry.flows} of ${entry.limit} flow entries are in use`;
        return { of: 'table', subject: `${entry.dpid}/${entry.table}`, alert: TABLE[entry.state], reason };
      }
      case 'switch':
        return this.#readSwitch(entry);
      default:
        return undefined;
    }
  }

  #readSwitch({ dpid, address, state, reason }: SwitchEntry): Condition | undefined {
    if (dpid === undefined || state === 'refused') return undefined;
    if (state === 'connected') {
      this.#connected.set(dpid, address);
      return { of: 'switch', subject: dpid, alert: undefined, reason };
    }
    if (this.#connected.get(dpid) !== address) return undefined;
    this.#connected.delete(dpid);
    return { of: 'switch', subject: dpid, alert: 'switch-lost', reason };
  }
}
