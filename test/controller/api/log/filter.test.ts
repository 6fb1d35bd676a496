import { expect, it } from 'vitest';
import { clientTest } from '../../../../controller/api/log/filter.ts';

const v4 = { ip: '10.0.0.4', port: 40_001 };
const v6 = { ip: '2001:db8::4', port: 40_001 };

it.each([
  ['10.0.0.4', [v4]],
  ['10.0.0.4:40001', [v4]],
  ['10.0.0.4:40002', []],
  ['10.0.0.40', []],
  ['2001:db8::4', [v6]],
  ['[2001:db8::4]', [v6]],
  ['2001:DB8:0::4', [v6]],
  ['[2001:db8::4]:40001', [v6]],
  ['[2001:DB8:0:0::4]:40001', [v6]],
  ['[2001:db8::4]:40002', []],
  ['2001:db8::5', []],
  ['nonsense', []],
  ['', []],
])('the client filter %j matches %j', (text, clients) => {
  expect([v4, v6].filter(clientTest(text))).toEqual(clients);
});
