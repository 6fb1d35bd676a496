import { existsSync, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { CAPTURE_PORTS, CaptureError, captureJson, captureLine, messagesIn } from '../../../openflow/index.ts';
import { CliError, EXIT } from '../exit.ts';
import { print } from '../screen/terminal.ts';

interface DecodeOptions {
  json?: boolean;
  port: readonly number[];
}

export function decodeCommand(): Command {
  return new Command('decode')
    .description('print OpenFlow messages, one a line, as ovs-ofctl does')
    .summary('print OpenFlow messages')
    .argument('[input...]', 'hex, or a file of hex, of messages, or of a capture (pcap, pcapng); - is standard input')
    .option('--json', 'one JSON object a line')
    .addOption(
      new Option('--port <n>', 'TCP port of OpenFlow in a capture; may be given again')
        .default(CAPTURE_PORTS, CAPTURE_PORTS.join(' and '))
        .argParser(portNumber),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  vipflow decode 0400000800000001\n  vipflow decode capture.pcap --json\n  tcpdump -i lo -c 20 -w - tcp port 6653 | vipflow decode -',
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
      process.stdout.write(`${text(captured)}\n`);
      count += 1;
      if (captured.error !== undefined) malformed += 1;
    }
  } catch (error) {
    throw error instanceof CaptureError ? new CliError(EXIT.error, `${name}: ${error.message}.`) : error;
  }
  if (count === 0)
    throw new CliError(EXIT.error, `${name} holds no OpenFlow on port ${port.join(' or ')}: name another with --port.`);
  if (malformed > 0) throw new CliError(EXIT.check, `${malformed} of ${count} messages are malformed.`);
}

/** A file, standard input, or the hex itself, whichever the words are. */
function inputOf(words: readonly string[]): { input: Uint8Array | string; name: string } {
  const [first] = words;
  if (first === undefined || first === '-') {
    if (process.stdin.isTTY) print('type or paste hex; Ctrl-D at the beginning of a line ends it');
    return { input: readFileSync(0), name: 'standard input' };
  }
  if (words.length === 1 && existsSync(first)) return { input: bytesOf(first), name: first };
  const text = words.join(' ');
  if (/^(?:0x|[\s:,-]|[0-9a-f])+$/i.test(text)) return { input: text, name: 'the hex' };
  throw new CliError(EXIT.usage, `There is no file ${first}, and it is no hex either; see \`vipflow decode --help\`.`);
}

function bytesOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CliError(EXIT.error, `${file} cannot be read: ${(error as Error).message}.`);
  }
}

function portNumber(text: string, before: readonly number[]): readonly number[] {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) throw new InvalidArgumentError('It must be a port, 1 to 65535');
  return before === CAPTURE_PORTS ? [port] : [...before, port];
}
