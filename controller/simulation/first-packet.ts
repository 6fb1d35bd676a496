import type { ActionInput } from '../../openflow/index.ts';
import type { Command } from '../core/command.ts';
import type { DecisionEntry } from '../core/events.ts';
import { FrameView, ipNumber } from './wire.ts';

const view = new FrameView();
const NO_BYTES = new Uint8Array(0);

/** The first packet of a connection goes where its flow will send the next one; what is wrong, if it does not. */
export function firstPacketError(commands: readonly Command[]): string | undefined {
  const wrong = (command: Command) =>
    command.type === 'log' && command.entry.type === 'decision' ? errorOf(command.entry, commands) : undefined;
  return commands.map(wrong).find(error => error !== undefined);
}

function errorOf({ client, vip, flows, server, dpid, seq }: DecisionEntry, commands: readonly Command[]): string | undefined {
  const messages = commands.flatMap(one => (one.type === 'send' && one.dpid === dpid ? [one.message] : []));
  const packet = messages
    .filter(message => message.type === 'packetOut')
    .find(({ data = NO_BYTES }) => {
      if (!view.read(data)) return false;
      return view.src === ipNumber(client.ip) && view.dst === ipNumber(vip.ip) && view.srcPort === client.port;
    });
  const who = `line ${seq}, ${client.ip}:${client.port}`;
  if (packet === undefined) return `${who}: the first packet is not sent`;
  const forward = flows.find(({ match }) => match.ipv4Src === client.ip);
  const reverse = flows.find(({ match }) => match.ipv4Dst === client.ip);
  if (forward === undefined || reverse === undefined) return `${who}: a direction has no flow`;
  const [sent, kept] = [rewriteOf(packet.actions), rewriteOf(forward.actions)];
  if (sent !== kept) return `${who}: the first packet goes to ${sent}, its flow to ${kept}`;
  return reverse.match.ipv4Src === server.ip ? undefined : `${who}: the flow back is not of ${server.name}`;
}

/** What a list of actions makes of a packet. */
function rewriteOf(actions: readonly ActionInput[]): string {
  return actions
    .flatMap(action =>
      action.type === 'setField' ? Object.entries(action.field).map(([name, value]) => `${name}=${value}`) : [],
    )
    .sort()
    .join(' ');
}
