import type { Facts } from '../facts.ts';
import type { Faults } from '../finding.ts';
import { isAtLeast } from './version.ts';

/** As package.json has it under `engines`. */
const LEAST_NODE = [20, 19] as const;

/** A Node.js that is too old. */
export function* nodeVersion({ node: { version } }: Facts): Faults {
  if (isAtLeast(version, LEAST_NODE)) return;
  yield {
    about: ['machine'],
    what: `Node.js is ${version}.`,
    why: `vipflow needs ${LEAST_NODE.join('.')} or later and is not tested with older versions.`,
    fix: ['nvm install 20 && nvm use 20'],
  };
}

/** Open vSwitch is needed and does not run, or has no bridge of that name. */
export function* ovsRunning({ openVswitch, way: { toSwitch } }: Facts): Faults {
  const { isInstalled, isRunning, isWanted, missing, bridges } = openVswitch;
  if (!isInstalled && isWanted)
    yield {
      about: ['machine'],
      what: 'Open vSwitch is not installed.',
      why: 'Without it there is no switch.',
      fix: ['apt-get install openvswitch-switch'],
    };
  if (isInstalled && !isRunning && (isWanted || bridges.length > 0))
    yield {
      about: ['machine'],
      what: 'ovs-vswitchd does not run.',
      why: 'Bridges forward nothing, and commands such as `ovs-vsctl add-br` wait for it forever.',
      fix: ['service openvswitch-switch start'],
    };
  for (const name of isInstalled && isRunning ? missing : [])
    yield {
      about: [name],
      what: `The bridge ${name} does not exist.`,
      why: 'Nothing else about it can be checked.',
      fix: [`${toSwitch}ovs-vsctl list-br`],
    };
}

/** A bridge that ovs-vswitchd could not create, mostly because the kernel module is missing. */
export function* datapath({ openVswitch: { isRunning, bridges }, way: { toSwitch } }: Facts): Faults {
  for (const { name, datapathType, isAlive } of bridges) {
    if (!isRunning || isAlive) continue;
    yield {
      about: [name],
      what: `${name} is in the database, but Open vSwitch could not create it (datapath ${datapathType}).`,
      why: 'The bridge forwards nothing. In containers and on WSL2 the kernel module openvswitch is often missing.',
      fix:
        datapathType === 'netdev'
          ? [`${toSwitch}ovs-vsctl get bridge ${name} status`, 'modprobe tun']
          : [`modprobe openvswitch || ${toSwitch}ovs-vsctl set bridge ${name} datapath_type=netdev`],
    };
  }
}
