import type { ActionInput, Match, MessageInput } from '../../../openflow/index.ts';
import { ACTIONS } from '../../../openflow/protocol/actions.ts';
import { fieldNamed } from '../../../openflow/protocol/fields.ts';
import { OXM_CLASS_BASIC } from '../../../openflow/protocol/oxm.ts';
import { isExtension } from './experimenter.ts';
import { refuse } from './refusal.ts';

/** The last field of 1.3: OFPXMT_OFB_IPV6_EXTHDR (7.2.3.7). */
const LAST_FIELD = 39;

/** Whether a field is one of OpenFlow 1.3 itself. */
export function isPlainField(name: string): boolean {
  const field = fieldNamed(name);
  return field !== undefined && field.class === OXM_CLASS_BASIC && field.id <= LAST_FIELD;
}

/** Refuses a message with anything that OpenFlow 1.3 itself does not have, as a switch does that has no extensions. */
export function refuseExtensions(message: MessageInput): void {
  switch (message.type) {
    case 'flowMod':
      checkMatch(message.match);
      for (const instruction of message.instructions ?? []) if ('actions' in instruction) checkActions(instruction.actions);
      return;
    case 'groupMod':
      for (const { actions } of message.buckets ?? []) checkActions(actions);
      return;
    case 'packetOut':
      checkActions(message.actions);
      return;
    case 'multipartRequest':
      if (message.kind === 'flow' || message.kind === 'aggregate') checkMatch(message.body?.match);
      return;
    default:
      if (message.type === 'experimenter' || isExtension(message.type)) throw refuse.request('BAD_EXPERIMENTER');
  }
}

function checkMatch(match: Match = {}): void {
  for (const name of Object.keys(match)) if (name !== 'unknown' && !isPlainField(name)) throw refuse.match('BAD_FIELD');
}

function checkActions(actions: readonly ActionInput[]): void {
  for (const action of actions) {
    if (action.type === 'unknown') continue;
    if (action.type === 'experimenter' || !Object.hasOwn(ACTIONS, action.type)) throw refuse.action('BAD_EXPERIMENTER');
    if (action.type !== 'setField') continue;
    for (const name of Object.keys(action.field)) if (!isPlainField(name)) throw refuse.action('BAD_SET_TYPE');
  }
}
