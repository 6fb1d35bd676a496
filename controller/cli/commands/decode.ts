import { existsSync, readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { CAPTURE_PORTS, CaptureError, captureJson, captureLine, messagesIn } from '../../../openflow/index.ts';
import { wholeNumber } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { readBytes } from '../files/text.ts';
import { examples } from '../help.ts';
import { output, print } from '../screen/terminal.ts';

interface DecodeOptions {
  json?: boolean;
  port: readonly number[];
}

export function decodeCommand(): Command {
  return new Command('decode')
    .description('print OpenFlow messages, one per line, in the format of ovs-ofctl')
    .summary('print OpenFlow messages')
    .argument('[input...]', 'hex, or a file with hex, messages or a capture (pcap, pcapng); - reads standard input')
    .option('--json', 'print one JSON object per message')
    .addOption(
      new Option('--port <n>', 'TCP port of OpenFlow in a capture; can be repeated')
        .default(CAPTURE_PORTS, CAPTURE_PORTS.join(' and '))
        .argParser(portNumber),
    )
    .addHelpText(
      'after',
      examples(
        'vipflow decode 0400000800000001',
        'vipflow decode capture.pcap --json',
        'tcpdump -i lo -c 20 -w - tcp port 6653 | vipflow decode -',
      ),
    )
    .action(decode);
}

function decode(words: readonly string[], { json = false, port }: DecodeOptions): void {
  const { input, name } = inputOf(words);
  const text = json ? captureJson : captureLine;
  let count = 0;
  let malformed = 0;
  try {
    for (const captured of messagesIn(input, port)) {
      if (process.stdout.destroyed) return;
      output(text(captured));
      count += 1;
      if (captured.error !== undefined) malformed += 1;
    }
  } catch (error) {
    throw error instanceof CaptureError ? new CliError(EXIT.error, `${name}: ${error.message}.`) : error;
  }
  if (count === 0)
    throw new CliError(
      EXIT.error,
      `${name} contains no OpenFlow messages on port ${port.join(' or ')}: choose another port with --port.`,
    );
  if (malformed > 0) throw new CliError(EXIT.check, `${malformed} of ${count} messages are malformed.`);
}

/** What the arguments name: a file, standard input, or hex. Throws `CliError` for anything else. */
function inputOf(words: readonly string[]): { input: Uint8Array | string; name: string } {
  const [first] = words;
  if (first === undefined || first === '-') {
    if (process.stdin.isTTY) print('type or paste hex; Ctrl-D on an empty line ends the input');
    return { input: readFileSync(0), name: 'standard input' };
  }
  if (words.length === 1 && existsSync(first)) return { input: readBytes(first, EXIT.error), name: first };
  const text = words.join(' ');
  if (/^(?:0x|[\s:,-]|[0-9a-f])+$/i.test(text)) return { input: text, name: 'the hex' };
  throw new CliError(EXIT.usage, `"${text}" is neither a file nor hex. See \`vipflow decode --help\`.`);
}

const portOf = wholeNumber(1, 65_535);

function portNumber(text: string, before: readonly number[]): readonly number[] {
  const port = portOf(text);
  return before === CAPTURE_PORTS ? [port] : [...before, port];
}
