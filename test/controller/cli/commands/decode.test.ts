import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../../../../controller/cli/cli.ts';
import { encode, type MessageInput } from '../../../../openflow/index.ts';
import { pcapOf } from '../../../openflow/capture-file.ts';
import { printed } from '../printed.ts';

const output = printed();
const folder = mkdtempSync(join(tmpdir(), 'vipflow-decode-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const flowMod: MessageInput = { type: 'flowMod', xid: 9, cookie: 1n << 60n, priority: 7, match: { ethType: 0x0800 } };
const bytes = encode(flowMod);
const hex = Buffer.from(bytes).toString('hex');
const LINE = 'OFPT_FLOW_MOD (OF1.3) (xid=0x9): ADD priority=7,ip cookie:0x1000000000000000 actions=drop\n';

async function decode(...argv: string[]): Promise<{ code: unknown; out: string; err: string }> {
  await runCli(['node', 'vipflow', 'decode', ...argv]);
  return { code: process.exitCode ?? 0, ...output };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

it.each([
  ['hex in one word', () => [hex]],
  ['hex in several words', () => hex.match(/.{8}/g)!.map(word => `0x${word}`)],
  ['a file of hex', () => [file('hex.txt', `# an example\n${hex}\n`)]],
  ['a file of messages', () => [file('raw.bin', bytes)]],
])('%s is printed as ovs-ofctl does', async (_name, argv) => {
  expect(await decode(...argv())).toEqual({ code: 0, out: LINE, err: '' });
});

it('a capture is printed with time and addresses, of the ports that are asked for', async () => {
  const capture = file('capture.pcap', pcapOf([{ fromSwitch: false, payload: bytes }]));
  const { code, out } = await decode(capture);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/^20\S+Z 10\.0\.0\.2:6653 > 10\.0\.0\.1:40000 OFPT_FLOW_MOD /),
  });
});

it('a capture without OpenFlow is an error that says where to look', async () => {
  const capture = file('other.pcap', pcapOf([{ fromSwitch: false, payload: bytes }]));
  expect(await decode(capture, '--port', '7000')).toEqual({
    code: 1,
    out: '',
    err: `vipflow: ${capture} contains no OpenFlow messages on port 7000: choose another port with --port.\n`,
  });
});

it('--json gives one object a line', async () => {
  const { code, out } = await decode('--json', hex + hex);
  const lines = out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect({ code, lines }).toMatchObject({ code: 0, lines: [{ type: 'flowMod', xid: 9, cookie: String(1n << 60n) }, { xid: 9 }] });
});

it('a malformed message is printed in its place, and is a failed check', async () => {
  expect(await decode('0414000900000001ff', '0414000800000002')).toEqual({
    code: 5,
    out: expect.stringMatching(/^\*\*\*decode error: .*\nOFPT_BARRIER_REQUEST \(OF1\.3\) \(xid=0x2\):\n$/),
    err: 'vipflow: 1 of 2 messages are malformed.\n',
  });
});

it('what is neither a file nor hex is wrong usage, and what is no OpenFlow an error', async () => {
  expect(await decode('nowhere.pcap')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^vipflow: "nowhere\.pcap" is neither a file nor hex\./),
  });
  const text = file('text.txt', 'hello\n');
  output.err = '';
  expect(await decode(text)).toMatchObject({ code: 1, err: expect.stringMatching(/^vipflow: .*text\.txt: .+\.\n$/) });
});
