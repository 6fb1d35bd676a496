import { type MessageOf, OFPPR } from '../../openflow/index.ts';
import type { Dpid } from '../core/dpid.ts';
import type { SwitchEvent } from '../core/event.ts';
import type { Switch } from '../core/switch.ts';

/** The record of a switch as it is after an event; undefined while it is not connected. */
export function recordAfter(before: Switch | undefined, event: SwitchEvent): Switch | undefined {
  switch (event.type) {
    case 'ready':
      return event.at;
    case 'lost':
      return undefined;
    case 'portStatus':
      return before && { ...before, ports: portsAfter(before, event.message) };
    default:
      return before;
  }
}

function portsAfter({ ports }: Switch, { reason, desc }: MessageOf<'portStatus'>): Switch['ports'] {
  const after = new Map(ports);
  if (reason === OFPPR.DELETE) after.delete(desc.portNo);
  else after.set(desc.portNo, desc);
  return after;
}

/** The records of all connected switches. */
export class SwitchRecords {
  readonly #records = new Map<Dpid, Switch>();

  get all(): ReadonlyMap<Dpid, Switch> {
    return this.#records;
  }

  /** Follows an event; gives the record as it is now, and as it was before for a switch that has gone. */
  follow(event: SwitchEvent): Switch | undefined {
    const dpid = event.type === 'ready' ? event.at.dpid : event.dpid;
    const before = this.#records.get(dpid);
    const after = recordAfter(before, event);
    if (after === undefined) this.#records.delete(dpid);
    else if (after !== before) this.#records.set(dpid, after);
    return after ?? before;
  }
}
