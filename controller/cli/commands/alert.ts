import { Command } from 'commander';
import { channelOf, overdue } from '../../alerts/channels.ts';
import type { DeliveryError } from '../../alerts/failure.ts';
import { testMessage } from '../../alerts/message.ts';
import type { AlertChannelConfig } from '../../core/config/alert-channel.ts';
import type { AlertsConfig } from '../../core/config.ts';
import { sentence, unknownText } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { readConfig } from '../files/config.ts';
import { examples } from '../help.ts';
import { output, screen } from '../screen/terminal.ts';

interface TestOptions {
  readonly config: string;
  readonly channel?: string;
  readonly json?: boolean;
}

export function alertCommand(): Command {
  return new Command('alert')
    .description('test the channels that alerts are sent to: e-mail, SMS, webhooks, commands')
    .summary('test the alert channels')
    .addCommand(
      new Command('test')
        .description('send a test message through each channel of a configuration')
        .summary('send a test message through each channel')
        .option('-c, --config <file>', 'configuration file', 'vipflow.yaml')
        .option('--channel <name>', 'use this channel only')
        .option('--json', 'print one JSON object per channel')
        .addHelpText('after', examples('vipflow alert test -c vipflow.yaml --channel mail'))
        .action(test),
    );
}

async function test({ config: file, channel, json = false }: TestOptions): Promise<void> {
  const { alerts } = readConfig(file).config;
  const outcomes = await Promise.all(
    chosen(alerts, file, channel).map(async one => {
      const outcome = await tryOut(one, alerts.lang);
      output(json ? JSON.stringify(outcome) : lineOf(outcome));
      return outcome;
    }),
  );
  if (!outcomes.every(({ isDelivered }) => isDelivered)) process.exitCode = EXIT.check;
}

function chosen({ channels }: AlertsConfig, file: string, wanted: string | undefined): readonly AlertChannelConfig[] {
  if (channels.length === 0)
    throw new CliError(EXIT.config, `${file} has no alert channels: add one under alerts.channels, as shown in docs/alerts.md.`);
  const names = channels.map(({ name }) => name);
  if (wanted === undefined) return channels;
  if (names.includes(wanted)) return channels.filter(({ name }) => name === wanted);
  throw new CliError(EXIT.usage, sentence(unknownText('channel', wanted, names)));
}

/** The result of one channel; one line of `--json`. */
async function tryOut(config: AlertChannelConfig, lang: AlertsConfig['lang']) {
  const { name: channel, type, timeoutMs } = config;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(overdue(timeoutMs)), timeoutMs);
  const startedAt = Date.now();
  const since = () => Date.now() - startedAt;
  try {
    await channelOf(config)(testMessage(channel, `${startedAt}-test-${channel}`, lang, startedAt), abort.signal);
    return { channel, type, isDelivered: true, ms: since() } as const;
  } catch (error) {
    const { message: reason, remedy } = error as DeliveryError;
    return { channel, type, isDelivered: false, ms: since(), reason, remedy } as const;
  } finally {
    clearTimeout(timer);
  }
}

function lineOf(outcome: Awaited<ReturnType<typeof tryOut>>): string {
  const { channel, ms } = outcome;
  const { green, red } = screen.colour;
  return outcome.isDelivered
    ? `${channel}: ${green('ok')} in ${ms} ms`
    : `${channel}: ${red('failed')} after ${ms} ms: ${outcome.reason}; ${outcome.remedy}`;
}
