import type { Check } from '../finding.ts';

/** A bridge that ovs-vswitchd could not create, mostly because the kernel module is missing. */
export const datapath: Check = ({ openVswitch: { isRunning, bridges }, way: { toSwitch } }) => {
  if (!isRunning) return [];
  return bridges
    .filter(({ isAlive }) => !isAlive)
    .map(({ name, datapathType }) => ({
      about: [name],
      what: `${name} is in the database, but Open vSwitch could not create it (datapath ${datapathType}).`,
      why: 'The bridge forwards nothing. In containers and on WSL2 the kernel module openvswitch is often missing.',
      fix:
        datapathType === 'netdev'
          ? [`${toSwitch}ovs-vsctl get bridge ${name} status`, 'modprobe tun']
          : [`modprobe openvswitch || ${toSwitch}ovs-vsctl set bridge ${name} datapath_type=netdev`],
    }));
};
