import { describe, expect, it } from 'vitest';
import type { Dpid } from '../../../controller/core/dpid.ts';
import type { Switch } from '../../../controller/core/switch.ts';
import { DISCOVER_EVERY_MS, Links } from '../../../controller/network/links.ts';
import type { Port } from '../../../openflow/index.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';
import { switchOf } from '../connections/world.ts';

const ports = new Map([1, 2, 0xfffffffe].map(portNo => [portNo, { portNo } as Port]));
const [s1, s2, s3] = [1, 2, 3].map(number => switchOf(number, { ports })) as [Switch, Switch, Switch];
const switches = new Map<Dpid, Switch>([s1, s2, s3].map(at => [at.dpid, at]));

function started(now = 0) {
  let drawn = 0;
  const links = new Links(() => {
    drawn += 1;
    return (drawn % 997) / 997;
  });
  const frames = new Map<string, Uint8Array>();
  const round = (at: number) => {
    for (const command of links.onTick(switches, at)) {
      if (command.type !== 'send' || command.message.type !== 'packetOut') continue;
      const { actions, data } = command.message;
      frames.set(`${command.dpid} ${(actions[0] as { port: number }).port}`, data!);
    }
  };
  round(now);
  /** What left one switch by a port comes in at another one. */
  const carry = (from: Switch, port: number, to: Switch, inPort: number, at = now) =>
    links.onFrame(to, inPort, dissect(frames.get(`${from.dpid} ${port}`)!), at);
  return { links, frames, round, carry };
}

describe('links between switches', () => {
  it('are found by frames that leave each port and come in at another switch, each link once', () => {
    const { links, frames, carry } = started();
    expect(frames.size).toBe(6);
    expect(links.isDiscovery(dissect([...frames.values()][0]!))).toBe(true);
    expect(carry(s1, 2, s2, 1)).toBe(true);
    expect(carry(s2, 1, s1, 2)).toBe(true);
    expect(carry(s2, 1, s1, 2)).toBe(false);
    expect(carry(s2, 2, s3, 1)).toBe(true);
    expect(links.list()).toEqual([
      { a: { dpid: s1.dpid, port: 2 }, b: { dpid: s2.dpid, port: 1 } },
      { a: { dpid: s2.dpid, port: 2 }, b: { dpid: s3.dpid, port: 1 } },
    ]);
    expect([links.isBetweenSwitches(s1.dpid, 2), links.isBetweenSwitches(s1.dpid, 1)]).toEqual([true, false]);
  });

  it('are gone when their port goes down, their switch goes, or their frames stay away', () => {
    const { links, round, carry } = started();
    carry(s1, 2, s2, 1);
    links.forget(s1.dpid, 2);
    expect(links.list()).toEqual([]);
    carry(s1, 2, s2, 1);
    links.forget(s2.dpid);
    expect(links.list()).toEqual([]);
    carry(s1, 2, s2, 1);
    for (let at = DISCOVER_EVERY_MS; at <= 5 * DISCOVER_EVERY_MS; at += DISCOVER_EVERY_MS) round(at);
    expect(links.list()).toEqual([]);
  });

  it('cannot be made up, nor told by a frame of an earlier round', () => {
    const { links, frames, round } = started();
    const old = dissect(frames.get(`${s1.dpid} 2`)!);
    round(DISCOVER_EVERY_MS);
    expect(links.onFrame(s2, 1, old, DISCOVER_EVERY_MS)).toBe(false);
    expect(links.list()).toEqual([]);
  });

  it('are not looked for where there is one switch', () => {
    const links = new Links(() => 0.5);
    expect(links.onTick(new Map([[s1.dpid, s1]]), 0)).toEqual([]);
  });
});
