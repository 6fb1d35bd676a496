import { expect, it } from 'vitest';
import { type MessageInput, OFPBRC, OFPET, OFPTT } from '../../../openflow/index.ts';
import { OFPGT } from '../../../openflow/protocol/groups.ts';
import { apply, type SwitchRig, VIP } from './rig.ts';

/** What a switch refuses, and with which error. */
export function refusalContract(rig: SwitchRig): void {
  it.each([
    ['a buffer it never gave', { type: 'packetOut', bufferId: 1, actions: [] }, OFPET.BAD_REQUEST, OFPBRC.BUFFER_UNKNOWN],
    ['an unknown group', { type: 'flowMod', instructions: apply({ type: 'group', groupId: 9 }) }, OFPET.BAD_ACTION, 9],
    ['a way back', { type: 'flowMod', tableId: 1, instructions: [{ type: 'gotoTable', tableId: 1 }] }, OFPET.BAD_INSTRUCTION, 2],
    ['a port without IP', { type: 'flowMod', match: { tcpDst: 80 } }, OFPET.BAD_MATCH, 9],
    ['an action on other packets', { type: 'flowMod', instructions: apply({ type: 'setField', field: { tcpDst: 80 } }) }, 2, 10],
    ['an unknown meter', { type: 'flowMod', instructions: [{ type: 'meter', meterId: 9 }] }, OFPET.METER_MOD_FAILED, 2],
    ['all tables for an addition', { type: 'flowMod', tableId: OFPTT.ALL }, OFPET.FLOW_MOD_FAILED, 2],
    [
      'a group without buckets to point to',
      { type: 'groupMod', groupId: 1, groupType: OFPGT.INDIRECT },
      OFPET.GROUP_MOD_FAILED,
      1,
    ],
    ['a port that is not there', { type: 'portMod', portNo: 99, hwAddr: VIP.mac, config: 0, mask: 0 }, OFPET.PORT_MOD_FAILED, 0],
    ['a role it does not know', { type: 'roleRequest', role: 9 }, OFPET.ROLE_REQUEST_FAILED, 2],
  ] as const)('refuses %s', async (_, message, errType, code) => {
    expect(await rig.tell(message as MessageInput)).toMatchObject([{ errType, code }]);
  });
}
