/** A line of a hex dump: an offset, then bytes, then the same as text between bars. */
const DUMP_LINE = /^\s*[0-9a-f]{4,8}:?\s{1,3}((?:[0-9a-f]{2}[\s-]?)+)(?:\s*\|.*|\s{2,}.*)?$/i;
const COMMENT = /(?:#|\/\/).*$/;

/**
 * The bytes in a text of hex: digits with any blanks, colons or `0x` between them, or the lines of a hex dump
 * (`ovs-ofctl`, `xxd`, `hexdump -C`). Undefined when it is no such text.
 */
export function hexBytes(text: string): Uint8Array | undefined {
  const lines = text.split(/\r?\n/).map(line => line.replace(COMMENT, ''));
  const filled = lines.filter(line => line.trim() !== '');
  const dump = filled.map(line => DUMP_LINE.exec(line)?.[1]);
  const isDump = filled.length > 0 && /^\s*0{4,8}:?\s/.test(filled[0]!) && dump.every(found => found !== undefined);
  const digits = (isDump ? dump.join('') : filled.join('')).replace(/0x|[\s:,-]/gi, '');
  if (digits === '' || digits.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g)!, pair => Number.parseInt(pair, 16));
}
