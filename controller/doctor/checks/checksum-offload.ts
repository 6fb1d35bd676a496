import type { Check } from '../finding.ts';

/** Open vSwitch's userspace datapath makes checksums itself from this version on. */
const MADE_SINCE = [3, 2] as const;

/** Hosts that leave checksums to hardware, on a userspace switch that is none. */
export const checksumOffload: Check = ({ openVswitch: { bridges, version }, hosts, way }) => {
  if (!bridges.some(({ datapathType }) => datapathType === 'netdev') || makesChecksums(version)) return [];
  return hosts.flatMap(({ name, interfaces }) =>
    interfaces
      .filter(({ leavesChecksums }) => leavesChecksums)
      .map(({ name: port }) => ({
        about: [name],
        what: `${name} leaves the checksums of ${port} to hardware (tx-checksumming: on), and the switch is in userspace.`,
        why: 'Nobody makes them then: ping works, and every TCP connection hangs.',
        mend: [`${way.toHost(name)}ethtool -K ${port} tx off`],
      })),
  );
};

function makesChecksums(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > MADE_SINCE[0] || (major === MADE_SINCE[0] && minor >= MADE_SINCE[1]);
}
