import { describe, expect, it } from 'vitest';
import { lineOf } from '../../../../controller/cli/screen/log-line.ts';
import { palette } from '../../../../controller/cli/screen/terminal.ts';
import { restoredLine } from '../../api/log/lines.ts';

const at = (columns: number) => ({ colour: palette(false), columns });
const none = { missing: 0, changed: 0, surplus: 0 };

describe('a line of what was restored', () => {
  const line = {
    ...restoredLine(7),
    examples: [
      'table 0, priority 0, match {}',
      'table 1, priority 201, match {"ethType":2048,"ipProto":6,"ipv4Dst":"10.0.0.100","tcpDst":80,"tcpFlags":{"value":2,"mask":18}}',
      'group 7',
    ],
  };

  it('is a sentence that wraps at 80 columns, with matches in words', () => {
    expect(lineOf(line, at(80))).toBe(
      `10:00:00.000 switch 1: restored what somebody else changed: 12 flows missing, 1
             flow changed, 1 group changed, 1 unwanted meter, 3 connections
             (table 0, priority 0: every packet; table 1, priority 201: tcp to
             10.0.0.100:80 with SYN without ACK; group 7)`,
    );
  });

  it('is one line in a file or a pipe', () => {
    const few = { ...line, flows: { ...none, surplus: 2 }, groups: none, meters: none, connections: 0, examples: [] };
    expect(lineOf(few, at(Number.POSITIVE_INFINITY))).toBe(
      '10:00:00.000 switch 1: restored what somebody else changed: 2 unwanted flows',
    );
  });

  it.each(['match {oops}', 'table 0, priority 0, match {oops}'])(
    'shows an example that it does not understand as it is: %s',
    text => {
      expect(lineOf({ ...line, examples: [text] }, at(Number.POSITIVE_INFINITY))).toContain(`(${text})`);
    },
  );
});
