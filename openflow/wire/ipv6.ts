const GROUP = /^[0-9a-f]{1,4}$/i;
const QUAD = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** Sixteen bytes in the canonical text of RFC 5952: lower case, no leading zeros, the longest run of zeros as `::`. */
export function ipv6Text(b: Uint8Array, at = 0): string {
  const groups = Array.from({ length: 8 }, (_, i) => (b[at + 2 * i]! << 8) | b[at + 2 * i + 1]!);
  let start = -1;
  let length = 1; // one group alone is not shortened (RFC 5952, 4.2.2)
  for (let i = 0; i < 8; ) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
    i = Math.max(end, i + 1);
  }
  const text = (from: number, to: number) =>
    groups
      .slice(from, to)
      .map(group => group.toString(16))
      .join(':');
  return start < 0 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
}

/** The sixteen bytes of an IPv6 text (RFC 4291, 2.2), or undefined. */
export function ipv6Bytes(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const out = new Uint8Array(16);
  const view = new DataView(out.buffer);
  head.forEach((group, i) => {
    view.setUint16(2 * i, group);
  });
  tail.forEach((group, i) => {
    view.setUint16(2 * (8 - tail.length + i), group);
  });
  return out;
}

function groupsOf(text: string, last: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const quad = last && i === parts.length - 1 ? QUAD.exec(part) : null;
    if (quad) {
      const [a, b, c, d] = quad.slice(1).map(Number) as [number, number, number, number];
      if (a > 255 || b > 255 || c > 255 || d > 255) return undefined;
      groups.push((a << 8) | b, (c << 8) | d);
    } else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
