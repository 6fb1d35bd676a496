import { describe, type Message } from '../../../openflow/index.ts';
import type { EmbeddedSwitch } from '../switch/embedded-switch.ts';

/** The flow table of a switch, a line for each flow, as `ovs-ofctl dump-flows` has it. */
export function flowLines(device: EmbeddedSwitch): string[] {
  const lines: string[] = [];
  const channel = device.channel(message => lines.push(...linesOf(message)));
  channel.send({ type: 'multipartRequest', kind: 'flow' });
  channel.close();
  return lines;
}

function linesOf(message: Message): string[] {
  if (message.type !== 'multipartReply' || message.kind !== 'flow') return [];
  return message.body.map(flow => describe({ ...message, body: [flow] }).replace(/^.*?(?=cookie=)/, ''));
}
