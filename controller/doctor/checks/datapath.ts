import type { Check } from '../finding.ts';

/** A bridge that ovs-vswitchd could not make: mostly the kernel has no module for it. */
export const datapath: Check = ({ openVswitch: { isRunning, bridges }, way: { toSwitch } }) => {
  if (!isRunning) return [];
  return bridges
    .filter(({ isAlive }) => !isAlive)
    .map(({ name, datapathType }) => ({
      about: [name],
      what: `${name} is in the database, but Open vSwitch could not make it (datapath ${datapathType}).`,
      why: 'It forwards nothing. In containers and on WSL2 the kernel module openvswitch is often missing.',
      mend:
        datapathType === 'netdev'
          ? [`${toSwitch}ovs-vsctl get bridge ${name} status`, 'modprobe tun']
          : [`modprobe openvswitch || ${toSwitch}ovs-vsctl set bridge ${name} datapath_type=netdev`],
    }));
};
