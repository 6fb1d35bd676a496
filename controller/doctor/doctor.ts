import { controllerPace, controllerTarget, datapathId, failMode, inBand, protocols } from './checks/bridges.ts';
import { clock, controllerReach, openflowPort, switchConnected } from './checks/controller.ts';
import { checksumOffload, mtu, serversKnown, vipOwner, vipSubnet } from './checks/hosts.ts';
import { datapath, nodeVersion, ovsRunning } from './checks/machine.ts';
import { foreignFlows, tableMiss, tableRoom } from './checks/tables.ts';
import type { Facts } from './facts.ts';
import type { Faults, Finding } from './finding.ts';

interface Entry {
  /** Looks for one kind of fault in the facts. */
  readonly check: (facts: Facts) => Faults;
  /** The faults it finds, as docs/doctor.md lists them. */
  readonly fault: string;
  /** Checks whose findings are consequences of its own; they are omitted beside one. */
  readonly explains?: readonly string[];
}

/** Checks that cannot pass while a switch is not connected to the controller. */
const WITHOUT_SWITCH = ['switch-connected', 'servers-known', 'table-miss'];
const CUT_OFF = ['controller-target', ...WITHOUT_SWITCH];

/** Every check, causes before consequences. */
export const CHECKS: Readonly<Record<string, Entry>> = {
  'node-version': { check: nodeVersion, fault: 'Node.js is too old' },
  'controller-reach': {
    check: controllerReach,
    fault: 'no controller answers, another program uses its port, or it requires a token',
    explains: CUT_OFF,
  },
  'openflow-port': { check: openflowPort, fault: 'switches cannot reach the OpenFlow port of the controller', explains: CUT_OFF },
  'ovs-running': {
    check: ovsRunning,
    fault: 'ovs-vswitchd does not run, or has no bridge of that name',
    explains: ['datapath', ...CUT_OFF],
  },
  datapath: { check: datapath, fault: 'Open vSwitch cannot create a bridge: the kernel module is missing', explains: CUT_OFF },
  protocols: { check: protocols, fault: 'a bridge does not speak OpenFlow 1.3 (Mininet ignores `protocol=`)', explains: CUT_OFF },
  'datapath-id': { check: datapathId, fault: 'two switches have the same datapath id', explains: CUT_OFF },
  'controller-target': {
    check: controllerTarget,
    fault: 'a bridge has no controller, another one, or cannot reach it',
    explains: WITHOUT_SWITCH,
  },
  'controller-pace': { check: controllerPace, fault: 'a bridge reconnects late, or never notices that its controller is gone' },
  'fail-mode': { check: failMode, fault: 'the fail mode is not secure: the bridge deletes its flows without a controller' },
  'in-band': { check: inBand, fault: 'hidden flows of in-band control take ARP packets' },
  'table-room': { check: tableRoom, fault: 'a flow table is nearly full' },
  'table-miss': { check: tableMiss, fault: 'a table-miss flow is missing', explains: ['servers-known'] },
  'foreign-flows': { check: foreignFlows, fault: 'tables of vipflow contain flows of another program' },
  'switch-connected': { check: switchConnected, fault: 'no switch is connected', explains: ['servers-known'] },
  'checksum-offload': { check: checksumOffload, fault: 'a host offloads checksums and the datapath is in userspace' },
  'vip-owner': {
    check: vipOwner,
    fault: 'a host has the VIP as its address, or answers ARP for it',
    explains: ['servers-known'],
  },
  'vip-subnet': { check: vipSubnet, fault: 'a client has no route to a VIP' },
  'servers-known': { check: serversKnown, fault: 'a server never answered ARP' },
  mtu: { check: mtu, fault: 'interfaces differ in their MTU' },
  clock: { check: clock, fault: 'the clock of the controller is wrong, or jumped' },
};

/** The findings, causes first; consequences of a finding are omitted. */
export function examine(facts: Facts): Finding[] {
  const bridges = new Set(facts.openVswitch.bridges.map(({ name }) => name));
  const all = Object.entries(CHECKS).flatMap(([check, entry]) => [...entry.check(facts)].map(found => ({ check, ...found })));
  const isExplained = (finding: Finding) =>
    all.some(cause => CHECKS[cause.check]!.explains?.includes(finding.check) && areRelated(cause, finding, bridges));
  return all.filter(finding => !isExplained(finding));
}

/** Findings about different bridges are independent; all others can be related. */
function areRelated(one: Finding, other: Finding, bridges: ReadonlySet<string>): boolean {
  const isOfBridges = ({ about }: Finding) => about.every(name => bridges.has(name));
  return !isOfBridges(one) || !isOfBridges(other) || one.about.some(name => other.about.includes(name));
}
