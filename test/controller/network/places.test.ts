import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Dpid } from '../../../controller/core/dpid.ts';
import type { Place } from '../../../controller/core/place.ts';
import { PROBE_MAC } from '../../../controller/core/virtual-mac.ts';
import { type Hearing, MAX_HOSTS, Places } from '../../../controller/network/places.ts';
import { OFPP } from '../../../openflow/index.ts';
import { arpRequest } from '../../../openflow/packet/arp-message.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';

const S1 = '0000000000000001' as Dpid;
const S2 = '0000000000000002' as Dpid;
const MAC = '00:00:00:00:00:01';
const OTHER = '00:00:00:00:00:02';
const VIP_MAC = '02:56:0a:00:00:64';
const IP = '10.0.0.1';
const place = (dpid: Dpid, port: number, mac = MAC): Place => ({ dpid, port, mac });

/** Port 9 of each switch leads to the other one. */
const LINK = 9;
let places: Places;
beforeEach(() => {
  places = new Places((_dpid, port) => port === LINK);
  places.setVirtualMacs([VIP_MAC]);
});

describe('a frame tells of its sender', () => {
  it.each<[string, readonly Place[], Place, Hearing, number | undefined]>([
    ['a place that was not known', [], place(S1, 1), 'new', 1],
    ['nothing new', [place(S1, 1)], place(S1, 1), 'known', 1],
    ['another port', [place(S1, 1)], place(S1, 2), 'moved', 2],
    ['a place on another switch, which knows its own', [place(S1, 1)], place(S2, LINK), 'new', LINK],
    ['nothing under the address of a VIP', [], place(S1, 1, VIP_MAC), 'known', undefined],
    ['nothing under that of our probes', [], place(S1, 1, PROBE_MAC), 'known', undefined],
    ['nothing under a group address', [], place(S1, 1, '01:00:5e:00:00:01'), 'known', undefined],
    ['nothing at the controller’s port', [], place(S1, OFPP.CONTROLLER), 'known', undefined],
    ['nothing at port 0', [], place(S1, 0), 'known', undefined],
    ['the local port of the switch', [], place(S1, OFPP.LOCAL), 'new', OFPP.LOCAL],
  ])('%s', (_what, before, from, hearing, port) => {
    for (const one of before) places.hear(one, 0);
    expect(places.hear(from, 1)).toBe(hearing);
    expect(places.portOf(from.dpid, from.mac)).toBe(port);
  });

  it('of 4096 hosts of a switch at most, and of the known ones still when they move', () => {
    const macOf = (n: number) =>
      `00:00:00:01:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`;
    for (let n = 0; n < MAX_HOSTS; n++) expect(places.hear(place(S1, 1, macOf(n)), 0)).toBe('new');
    expect(places.hear(place(S1, 1, OTHER), 0)).toBe('known');
    expect(places.portOf(S1, OTHER)).toBeUndefined();
    expect(places.hear(place(S1, 2, macOf(7)), 0)).toBe('moved');
    expect(places.hear(place(S2, 1, OTHER), 0)).toBe('new');
  });
});

describe('where a server is pinned', () => {
  beforeEach(() => places.pin(IP, place(S1, 1), 0));

  it.each<[string, Place, Hearing]>([
    ['its own port', place(S1, 1), 'known'],
    ['another port of its switch', place(S1, 2), 'hearsay'],
    ['a link of its switch', place(S1, LINK), 'hearsay'],
    ['a link of another switch', place(S2, LINK), 'new'],
    ['a host port of another switch', place(S2, 3), 'hearsay'],
  ])('a frame from %s is believed or not', (_what, from, hearing) => {
    expect(places.hear(from, 1)).toBe(hearing);
    expect(places.portOf(S1, MAC)).toBe(1);
    expect(places.portOf(S2, MAC)).toBe(hearing === 'new' ? from.port : undefined);
  });

  it('it moves when it answers elsewhere', () => {
    places.pin(IP, place(S1, 2), 1);
    expect(places.pinned(IP)).toEqual(place(S1, 2));
    expect(places.portOf(S1, MAC)).toBe(2);
    expect(places.hear(place(S1, 1), 2)).toBe('hearsay');
  });

  it('it may have another MAC address; the old one is free then', () => {
    places.pin(IP, place(S1, 2, OTHER), 1);
    expect(places.isPinned(MAC)).toBe(false);
    expect(places.isPinned(OTHER)).toBe(true);
    expect(places.hear(place(S1, 3), 2)).toBe('moved');
  });

  it('anybody is believed when it is pinned no longer', () => {
    places.unpin(IP);
    expect(places.pinned(IP)).toBeUndefined();
    expect(places.isPinned(MAC)).toBe(false);
    expect(places.hear(place(S1, 2), 1)).toBe('moved');
  });

  it('it stays pinned when its port goes, and is heard of there again', () => {
    places.forgetPorts(S1, port => port === 1);
    expect(places.portOf(S1, MAC)).toBeUndefined();
    expect(places.isPinned(MAC)).toBe(true);
    expect(places.hear(place(S1, 2), 1)).toBe('hearsay');
    expect(places.hear(place(S1, 1), 1)).toBe('new');
  });

  it('an unknown address is unpinned without harm', () => {
    places.unpin('10.0.0.9');
    expect(places.isPinned(MAC)).toBe(true);
  });
});

describe('several IP addresses of one MAC address', () => {
  it.each([
    [
      [1, 2, 3],
      [1, 2],
    ],
    [
      [1, 2, 3],
      [3, 2],
    ],
    [
      [1, 2, 3],
      [3, 1],
    ],
    [
      [3, 2, 1],
      [2, 3],
    ],
  ])('pinned as %j and unpinned as %j: the last one keeps it pinned', (pins, unpins) => {
    for (const n of pins) places.pin(`10.0.0.${n}`, place(S1, 1), 0);
    for (const n of unpins) {
      places.unpin(`10.0.0.${n}`);
      expect(places.isPinned(MAC)).toBe(true);
      expect(places.hear(place(S1, 5), 1)).toBe('hearsay');
    }
    for (const n of pins) places.unpin(`10.0.0.${n}`);
    expect(places.isPinned(MAC)).toBe(false);
  });

  it('are found at the place of the last one that answered', () => {
    places.pin('10.0.0.1', place(S1, 1), 0);
    places.pin('10.0.0.2', place(S1, 2), 1);
    expect(places.portOf(S1, MAC)).toBe(2);
    expect(places.hear(place(S1, 2), 2)).toBe('known');
    expect(places.hear(place(S1, 3), 2)).toBe('hearsay');
  });
});

describe('what is forgotten', () => {
  it('is a host that a switch has not seen at its port', () => {
    places.hear(place(S1, 1), 0);
    places.forget(S1, MAC, 2);
    expect(places.portOf(S1, MAC)).toBe(1);
    places.forget(S1, MAC, 1);
    expect(places.portOf(S1, MAC)).toBeUndefined();
    places.forget(S2, OTHER, 1);
  });

  it('are the hosts of ports that went, of one switch alone', () => {
    places.hear(place(S1, 1), 0);
    places.hear(place(S1, 2, OTHER), 0);
    places.hear(place(S2, 1), 0);
    places.forgetPorts(S1, port => port === 1);
    expect([...places.of(S1)]).toEqual([[OTHER, 2]]);
    expect([...places.of(S2)]).toEqual([[MAC, 1]]);
  });
});

describe('changes', () => {
  it('are told once each, whatever they came from', () => {
    places.hear(place(S1, 1), 0);
    places.hear(place(S1, 2), 0);
    places.pin('10.0.0.2', place(S2, 3, OTHER), 0);
    expect(places.takeChanges()).toEqual([
      { dpid: S1, mac: MAC },
      { dpid: S2, mac: OTHER },
    ]);
    expect(places.takeChanges()).toEqual([]);
    places.hear(place(S1, 2), 0);
    places.pin('10.0.0.2', place(S2, 3, OTHER), 0);
    expect(places.takeChanges()).toEqual([]);
    places.forgetPorts(S1, () => true);
    expect(places.takeChanges()).toEqual([{ dpid: S1, mac: MAC }]);
  });

  it('show people the last address, and whether it is a client', () => {
    places.hear(place(S1, 1), 5);
    const packet = dissect(arpRequest({ senderMac: MAC, senderIp: IP, targetIp: '10.0.0.100' }));
    places.sight(packet, false);
    places.sight(packet, true);
    places.sight(packet, false);
    expect([...places.list()]).toEqual([{ ...place(S1, 1), ip: IP, isClient: true, isPinned: false, since: 5 }]);
  });
});

describe('a pinned MAC address', () => {
  it('never moves on its own switch because of a frame', () => {
    const dpid = fc.constantFrom(S1, S2);
    const port = fc.constantFrom(1, 2, 3, LINK);
    const mac = fc.constantFrom(MAC, OTHER);
    const ip = fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3');
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ hear: fc.record({ dpid, port, mac }) }) },
      fc.record({ ip, pin: fc.record({ dpid, port, mac }) }),
      fc.record({ unpin: ip }),
      fc.record({ gone: fc.record({ dpid, port }) }),
    );
    fc.assert(
      fc.property(fc.array(step), steps => {
        const one = new Places((_dpid, at) => at === LINK);
        const pins = new Map<string, Place>();
        for (const taken of steps) {
          if ('pin' in taken) {
            one.pin(taken.ip, taken.pin, 0);
            pins.set(taken.ip, taken.pin);
          } else if ('unpin' in taken) {
            one.unpin(taken.unpin);
            pins.delete(taken.unpin);
          } else if ('gone' in taken) one.forgetPorts(taken.gone.dpid, at => at === taken.gone.port);
          else {
            const { dpid: at, mac: of, port: from } = taken.hear;
            const before = one.portOf(at, of);
            one.hear(taken.hear, 0);
            const after = one.portOf(at, of);
            const here = [...pins.values()].filter(pin => pin.mac === of);
            if (here.length > 0 && here.every(pin => pin.dpid === at) && after !== before)
              expect(here.map(pin => pin.port)).toContain(from);
          }
          for (const [ip, pin] of pins) expect(one.pinned(ip)).toEqual(pin);
          for (const of of [MAC, OTHER]) expect(one.isPinned(of)).toBe([...pins.values()].some(pin => pin.mac === of));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
