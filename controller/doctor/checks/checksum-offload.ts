import type { Check } from '../finding.ts';

/** The userspace datapath of Open vSwitch computes checksums itself from this version on. */
const MADE_SINCE = [3, 2] as const;

/** Hosts that offload checksums to a userspace datapath that does not compute them. */
export const checksumOffload: Check = ({ openVswitch: { bridges, version }, hosts, way }) => {
  if (!bridges.some(({ datapathType }) => datapathType === 'netdev') || makesChecksums(version)) return [];
  return hosts.flatMap(({ name, interfaces }) =>
    interfaces
      .filter(({ leavesChecksums }) => leavesChecksums)
      .map(({ name: port }) => ({
        about: [name],
        what: `${name} offloads the checksums of ${port} to hardware (tx-checksumming: on), and the datapath of the switch is in userspace.`,
        why: 'Nothing computes the checksums then: ping works, and every TCP connection hangs.',
        fix: [`${way.toHost(name)}ethtool -K ${port} tx off`],
      })),
  );
};

function makesChecksums(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MADE_SINCE[0] || (major === MADE_SINCE[0] && minor >= MADE_SINCE[1]);
}
