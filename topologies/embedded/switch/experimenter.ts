import { NICIRA_MESSAGES } from '../../../openflow/protocol/nicira-messages.ts';
import { NICIRA, ONF } from '../../../openflow/protocol/nxm.ts';
import { ONF_MESSAGES } from '../../../openflow/protocol/onf-messages.ts';

const MESSAGES: ReadonlySet<string> = new Set([...Object.keys(ONF_MESSAGES), ...Object.keys(NICIRA_MESSAGES)]);

/** Whether the switch has something of an experimenter: then what it does not know is of an unknown type. */
export function isKnownExperimenter(experimenter: number): boolean {
  return experimenter === NICIRA || experimenter === ONF;
}

/** Whether a type of message is one of Open vSwitch's or of the ONF's extensions. */
export function isExtension(type: string): boolean {
  return MESSAGES.has(type);
}
