import { afterAll, beforeAll, beforeEach, describe } from 'vitest';
import { capabilityContract } from './switch/capabilities.ts';
import { flowContract } from './switch/flows.ts';
import { groupContract } from './switch/groups.ts';
import { learningContract } from './switch/learning.ts';
import { packetContract } from './switch/packets.ts';
import { refusalContract } from './switch/refusals.ts';
import { SwitchRig, type SwitchUnderTest } from './switch/rig.ts';
import { sessionContract } from './switch/session.ts';

/** What any OpenFlow 1.3 switch with Open vSwitch's extensions does for vipflow. */
export function switchContract(name: string, start: () => Promise<SwitchUnderTest>): void {
  describe(name, () => {
    const rig = new SwitchRig(start);
    beforeAll(() => rig.open());
    afterAll(() => rig.close());
    beforeEach(() => rig.clean());
    packetContract(rig);
    flowContract(rig);
    groupContract(rig);
    refusalContract(rig);
    sessionContract(rig);
    capabilityContract(rig);
    learningContract(rig);
  });
}
