import { checksumOffload } from './checks/checksum-offload.ts';
import { clock } from './checks/clock.ts';
import { controllerPace } from './checks/controller-pace.ts';
import { controllerReach } from './checks/controller-reach.ts';
import { controllerTarget } from './checks/controller-target.ts';
import { datapath } from './checks/datapath.ts';
import { datapathId } from './checks/datapath-id.ts';
import { failMode } from './checks/fail-mode.ts';
import { foreignFlows } from './checks/foreign-flows.ts';
import { inBand } from './checks/in-band.ts';
import { mtu } from './checks/mtu.ts';
import { nodeVersion } from './checks/node-version.ts';
import { openflowPort } from './checks/openflow-port.ts';
import { ovsRunning } from './checks/ovs-running.ts';
import { protocols } from './checks/protocols.ts';
import { serversKnown } from './checks/servers-known.ts';
import { switchConnected } from './checks/switch-connected.ts';
import { tableMiss } from './checks/table-miss.ts';
import { tableRoom } from './checks/table-room.ts';
import { vipOwner } from './checks/vip-owner.ts';
import { vipSubnet } from './checks/vip-subnet.ts';
import type { Facts } from './facts.ts';
import type { Check, Finding } from './finding.ts';

interface Entry {
  readonly check: Check;
  /** What it looks for, in a line of docs/doctor.md. */
  readonly trap: string;
  /** Checks whose findings follow from one of its own, and are not worth a word then. */
  readonly explains?: readonly string[];
}

/** What cannot be right while a switch has not got to the controller. */
const WITHOUT_SWITCH = ['switch-connected', 'servers-known', 'table-miss'];
const CUT_OFF = ['controller-target', ...WITHOUT_SWITCH];

/** Every trap, the deepest causes first. */
export const CHECKS: Readonly<Record<string, Entry>> = {
  'node-version': { check: nodeVersion, trap: 'Node.js is too old' },
  'controller-reach': {
    check: controllerReach,
    trap: 'no controller answers, another program has its port, or it wants a token',
    explains: CUT_OFF,
  },
  'openflow-port': { check: openflowPort, trap: 'switches cannot reach the port of the controller', explains: CUT_OFF },
  'ovs-running': {
    check: ovsRunning,
    trap: 'ovs-vswitchd does not run, or has no such bridge',
    explains: ['datapath', ...CUT_OFF],
  },
  datapath: { check: datapath, trap: 'Open vSwitch could not make a bridge: no kernel module', explains: CUT_OFF },
  protocols: { check: protocols, trap: "a bridge does not speak OpenFlow 1.3 (Mininet's `protocol=`)", explains: CUT_OFF },
  'datapath-id': { check: datapathId, trap: 'two switches have the same datapath id', explains: CUT_OFF },
  'controller-target': {
    check: controllerTarget,
    trap: 'a bridge has no controller, another one, or does not reach it',
    explains: WITHOUT_SWITCH,
  },
  'controller-pace': { check: controllerPace, trap: 'a bridge finds a lost controller again late, or never notices' },
  'fail-mode': { check: failMode, trap: 'the fail mode is not secure: flows are wiped when the controller is away' },
  'in-band': { check: inBand, trap: 'in-band control takes ARP for itself' },
  'table-miss': { check: tableMiss, trap: 'a table-miss flow is missing', explains: ['servers-known'] },
  'table-room': { check: tableRoom, trap: 'a flow table is nearly full' },
  'foreign-flows': { check: foreignFlows, trap: 'flows of others in our tables' },
  'switch-connected': { check: switchConnected, trap: 'no switch is connected', explains: ['servers-known'] },
  'checksum-offload': { check: checksumOffload, trap: 'checksums are left to hardware on the userspace datapath' },
  'vip-owner': { check: vipOwner, trap: 'somebody else has the VIP, or answers for it', explains: ['servers-known'] },
  'vip-subnet': { check: vipSubnet, trap: 'a VIP is outside of the network of its clients' },
  'servers-known': { check: serversKnown, trap: 'a server never answered ARP' },
  mtu: { check: mtu, trap: 'ends of the network differ in their MTU' },
  clock: { check: clock, trap: "the controller's clock is wrong, or jumped" },
};

/** Everything that is wrong, causes first; what merely follows from a cause is left out. */
export function examine(facts: Facts): Finding[] {
  const bridges = new Set(facts.openVswitch.bridges.map(({ name }) => name));
  const all = Object.entries(CHECKS).flatMap(([check, entry]) => entry.check(facts).map(found => ({ check, ...found })));
  const isExplained = (finding: Finding) =>
    all.some(cause => CHECKS[cause.check]!.explains?.includes(finding.check) && areRelated(cause, finding, bridges));
  return all.filter(finding => !isExplained(finding));
}

/** Findings about different bridges have nothing to do with each other; all others may. */
function areRelated(one: Finding, other: Finding, bridges: ReadonlySet<string>): boolean {
  const isOfBridges = ({ about }: Finding) => about.every(name => bridges.has(name));
  return !isOfBridges(one) || !isOfBridges(other) || one.about.some(name => other.about.includes(name));
}
