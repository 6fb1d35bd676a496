import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIp } from '../../../controller/core/ip.ts';
import { endKey, type Protocol, type Tuple, tupleKey, tupleOf } from '../../../controller/core/tuple.ts';
import { build } from '../../../openflow/packet/build.ts';
import { dissect } from '../../../openflow/packet/dissect.ts';

/** Few of each, with texts that look alike, so that equal and nearly equal ones are drawn. */
const ips = ['10.0.0.1', '10.0.0.11', '1.10.0.0', '::1', '::11', 'fd00::1', 'fd00::1:1', '::ffff:a00:1'].map(
  text => parseIp(text)!,
);
const ip = fc.oneof(
  fc.constantFrom(...ips),
  fc.oneof(fc.ipV4(), fc.ipV6()).map(text => parseIp(text)!),
);
const port = fc.oneof(fc.constantFrom(1, 11, 111, 80, 8, 0, 65_535), fc.nat(65_535));
const protocol = fc.constantFrom<Protocol>('tcp', 'udp');
const tuple: fc.Arbitrary<Tuple> = fc.record({ protocol, src: ip, dst: ip, srcPort: port, dstPort: port });

const keyOf = ({ protocol, src, dst, srcPort, dstPort }: Tuple) => tupleKey(endKey(protocol, dst, dstPort), src, srcPort);
const isSame = (a: Tuple, b: Tuple) => (Object.keys(a) as (keyof Tuple)[]).every(name => a[name] === b[name]);

describe('the key of a tuple', () => {
  it('is equal for equal tuples, and for no others, of both families and protocols', () => {
    const near = fc.tuple(tuple, tuple, fc.subarray(['protocol', 'src', 'dst', 'srcPort', 'dstPort'] as const));
    fc.assert(
      fc.property(near, ([one, drawn, kept]) => {
        const other = { ...drawn, ...Object.fromEntries(kept.map(name => [name, one[name]])) } as Tuple;
        expect(keyOf(one) === keyOf(other)).toBe(isSame(one, other));
        expect(keyOf(one)).toBe(keyOf({ ...one }));
      }),
      { numRuns: 3000 },
    );
  });

  it('tells the two directions apart', () => {
    const one: Tuple = { protocol: 'tcp', src: ips[0]!, dst: ips[1]!, srcPort: 80, dstPort: 80 };
    expect(keyOf(one)).not.toBe(keyOf({ ...one, src: one.dst, dst: one.src }));
  });

  it('names an end by its protocol, address and port', () => {
    const end = fc.record({ protocol, ip, port });
    fc.assert(
      fc.property(end, end, (a, b) => {
        const isEqual = a.protocol === b.protocol && a.ip === b.ip && a.port === b.port;
        expect(endKey(a.protocol, a.ip, a.port) === endKey(b.protocol, b.ip, b.port)).toBe(isEqual);
      }),
    );
  });
});

describe('the tuple of a packet', () => {
  const ethernet = { dst: '00:00:00:00:00:02', src: '00:00:00:00:00:01' };
  const ports = { srcPort: 40_000, dstPort: 80 };

  it.each(['ipv4', 'ipv6'] as const)('is what its headers say over %s', family => {
    const [src, dst] = family === 'ipv4' ? ['10.0.0.1', '10.0.0.2'] : ['fd00::1', 'fd00::2'];
    const heads = { ethernet, [family]: { src, dst } };
    const parsed = { src, dst, ...ports };
    expect(tupleOf(dissect(build({ ...heads, tcp: { ...ports, flags: 2 } })))).toEqual({ protocol: 'tcp', ...parsed });
    expect(tupleOf(dissect(build({ ...heads, udp: ports })))).toEqual({ protocol: 'udp', ...parsed });
  });

  it('is missing where there are no ports', () => {
    expect(tupleOf(dissect(new Uint8Array(60)))).toBeUndefined();
    expect(tupleOf({ ...dissect(new Uint8Array(60)), ipv4: { src: '10.0.0.1', dst: '10.0.0.2' } as never })).toBeUndefined();
  });
});
