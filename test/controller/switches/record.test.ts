import { beforeEach, describe, expect, it } from 'vitest';
import type { SwitchEvent } from '../../../controller/core/event.ts';
import { recordAfter, SwitchRecords } from '../../../controller/switches/record.ts';
import { OFPPR, OFPPS, type Port } from '../../../openflow/index.ts';
import { switchOf } from '../connections/world.ts';

const at = switchOf(1);
const { dpid } = at;
const NONE = { flows: [], groups: [], meters: [] };
const ready: SwitchEvent = { type: 'ready', at, installed: NONE };
const lost: SwitchEvent = { type: 'lost', dpid, reason: 'test' };
const portOf = (portNo: number, more: Partial<Port> = {}) =>
  ({ portNo, hwAddr: '00:00:00:00:00:01', name: `port${portNo}`, config: 0, state: 0, curr: 0, ...more }) as Port;
const portStatus = (reason: number, desc: Port): SwitchEvent => ({
  ...{ type: 'portStatus', dpid },
  message: { type: 'portStatus', xid: 0, reason, desc },
});

let records: SwitchRecords;
beforeEach(() => {
  records = new SwitchRecords();
  records.follow(ready);
});

describe('the record of a switch', () => {
  it.each([
    ['was added', OFPPR.ADD, portOf(20), [...at.ports.keys(), 20]],
    ['changed', OFPPR.MODIFY, portOf(3, { state: OFPPS.LINK_DOWN }), [...at.ports.keys()]],
    ['changed before it was known', OFPPR.MODIFY, portOf(21), [...at.ports.keys(), 21]],
    ['was removed', OFPPR.DELETE, portOf(3), [...at.ports.keys()].filter(port => port !== 3)],
    ['was removed before it was known', OFPPR.DELETE, portOf(22), [...at.ports.keys()]],
  ])('follows a port that %s', (_what, reason, desc, ports) => {
    records.follow(portStatus(reason, desc));
    const { ports: after } = records.all.get(dpid)!;
    expect([...after.keys()]).toEqual(ports);
    expect(after.get(desc.portNo)).toBe(reason === OFPPR.DELETE ? undefined : desc);
  });

  it('is another object after a change, so that whoever holds the old one is not surprised', () => {
    const before = records.all.get(dpid)!;
    records.follow(portStatus(OFPPR.DELETE, portOf(1)));
    expect(before.ports.has(1)).toBe(true);
    expect(records.all.get(dpid)).not.toBe(before);
  });

  it('stays the same when nothing about the switch changed', () => {
    const before = records.all.get(dpid);
    const event = { type: 'packetIn', dpid, message: {} } as unknown as SwitchEvent;
    expect(records.follow(event)).toBe(before);
  });

  it('is that of the handshake after another one', () => {
    records.follow(portStatus(OFPPR.ADD, portOf(20)));
    records.follow(ready);
    expect(records.all.get(dpid)).toBe(at);
  });

  it('is given once more when the switch goes, and never again', () => {
    expect(records.follow(lost)).toBe(at);
    expect(records.all.size).toBe(0);
    expect(records.follow(lost)).toBeUndefined();
    expect(records.follow(portStatus(OFPPR.ADD, portOf(20)))).toBeUndefined();
    expect(records.all.size).toBe(0);
  });

  it('begins with its handshake', () => {
    expect(recordAfter(undefined, portStatus(OFPPR.ADD, portOf(1)))).toBeUndefined();
    expect(recordAfter(undefined, ready)).toBe(at);
    expect(recordAfter(at, lost)).toBeUndefined();
  });
});
