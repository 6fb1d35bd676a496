import { CT_STATE, type Match, TCP_FLAGS } from '../../../openflow/index.ts';
import { FIELDS, type Field } from '../../../openflow/protocol/fields.ts';

const ESTABLISHED = CT_STATE.TRK | CT_STATE.EST;
const TRACKED = { value: ESTABLISHED, mask: ESTABLISHED } as const;

const VALUES: Readonly<Record<string, unknown>> = {
  vlanVid: 0x1005,
  arpOp: 1,
  tcpFlags: TCP_FLAGS.SYN,
  ipFrag: { value: 1, mask: 1 },
  nxmEthType: 0x0800,
  nxmIpTos: 4,
  ipv6NdTarget: 'fe80::1',
  icmpv6Type: 135,
};

const PRESENT: Readonly<Record<string, unknown>> = { vlanVid: 0x1005, ctState: TRACKED };

/** A match with a field and all it needs. */
export function fieldSample(field: Field): Match {
  const match: Record<string, unknown> = {};
  for (const [name, values] of Object.entries(field.needs)) match[name] = values === 'present' ? PRESENT[name] : values[0];
  const byKind: Readonly<Record<string, unknown>> = {
    bigint: 5n,
    mac: '02:00:00:00:00:01',
    ipv4: '10.0.0.1',
    ipv6: '2001:db8::1',
  };
  match[field.name] = VALUES[field.name] ?? byKind[field.codec.shape.kind] ?? 1;
  return match as Match;
}

export const FIELD_SAMPLES: readonly (readonly [name: string, match: Match])[] = FIELDS.map(field => [
  field.name,
  fieldSample(field),
]);
