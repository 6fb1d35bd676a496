import type { Check } from '../finding.ts';

/** Open vSwitch is needed and does not run, or has no bridge of that name. */
export const ovsRunning: Check = ({ openVswitch: { isInstalled, isRunning, isWanted, missing, bridges }, way: { toSwitch } }) => {
  const about = ['machine'];
  if (!isInstalled)
    return isWanted
      ? [
          {
            about,
            what: 'Open vSwitch is not installed.',
            why: 'Without it there is no switch.',
            fix: ['apt-get install openvswitch-switch'],
          },
        ]
      : [];
  if (!isRunning)
    return isWanted || bridges.length > 0
      ? [
          {
            about,
            what: 'ovs-vswitchd does not run.',
            why: 'Bridges forward nothing, and commands such as `ovs-vsctl add-br` wait for it forever.',
            fix: ['service openvswitch-switch start'],
          },
        ]
      : [];
  return missing.map(name => ({
    about: [name],
    what: `The bridge ${name} does not exist.`,
    why: 'Nothing else about it can be checked.',
    fix: [`${toSwitch}ovs-vsctl list-br`],
  }));
};
