import type { MessageInput } from '../../openflow/index.ts';
import type { Dpid } from './dpid.ts';
import { entryOf } from './entry-of.ts';
import type { LogEntry } from './events.ts';
import type { ExternalProbe } from './external-probe.ts';

/** What a decider wants done. It never does it: one place sends, logs, and has probes made. */
export type Command =
  | { readonly type: 'send'; readonly dpid: Dpid; readonly message: MessageInput }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'probe'; readonly probe: ExternalProbe };

export function send(dpid: Dpid, message: MessageInput): Command {
  return { type: 'send', dpid, message };
}

export function log(entry: LogEntry): Command {
  return { type: 'log', entry };
}

/** Has a probe made from the controller's own sockets; its outcome comes back as an event. */
export function probe(asked: ExternalProbe): Command {
  return { type: 'probe', probe: asked };
}

/** The messages for each switch, in the order of the commands. */
export function messagesOf(commands: readonly Command[]): Map<Dpid, MessageInput[]> {
  const messages = new Map<Dpid, MessageInput[]>();
  for (const command of commands) {
    if (command.type !== 'send') continue;
    entryOf(messages, command.dpid, () => []).push(command.message);
  }
  return messages;
}
