import { arpRequest } from '../../openflow/packet/arp-message.ts';
import { PRIORITY, TABLE } from '../core/pipeline.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';
import { type InstalledText, parseFlows } from './flow-text.ts';
import { type BridgeFacts, ofctl, type PortFacts } from './switch-facts.ts';
import type { World } from './world.ts';

/** Open vSwitch credits a flow at once for a packet that it had to look up, within half a second for one it knew. */
const SETTLE_MS = 700;

/**
 * Sends ARP probes for the VIPs out of the switches (RFC 5227, 2.1.1). A switch does not answer its own probe; an answer of anybody
 * else hits the guard flow that drops spoofed VIPs, and raises its counter. Ports to other switches are skipped: those switches
 * answer for the VIP themselves. Returns the VIPs for which somebody else answered, and on which bridge.
 */
export async function vipClaims(
  world: World,
  vips: readonly string[],
  bridges: readonly BridgeFacts[],
  trunks: ReadonlySet<string>,
): Promise<{ readonly vip: string; readonly bridge: string }[]> {
  const asked = bridges.flatMap(bridge => {
    const ports = bridge.ports.filter(port => isEdge(port) && !trunks.has(`${bridge.dpid}:${port.number}`));
    const guarded = vips.filter(vip => guardOf(bridge.flows, vip) !== undefined);
    return ports.length === 0 || guarded.length === 0 ? [] : [{ bridge, ports, guarded }];
  });
  if (asked.length === 0) return [];
  await Promise.all(asked.flatMap(({ bridge, ports, guarded }) => guarded.map(vip => ask(world, bridge, ports, vip))));
  await world.sleep(SETTLE_MS);
  const claims = asked.map(async ({ bridge, guarded }) => {
    const dump = await ofctl(world, 'dump-flows', bridge.name, `table=${TABLE.admit}`);
    const after = parseFlows(dump?.code === 0 ? dump.stdout : '');
    const isClaimed = (vip: string) => (guardOf(after, vip)?.packets ?? 0) > guardOf(bridge.flows, vip)!.packets;
    return guarded.filter(isClaimed).map(vip => ({ vip, bridge: bridge.name }));
  });
  return (await Promise.all(claims)).flat();
}

const isEdge = ({ number, isTrunk }: PortFacts) => number > 0 && number < LOCAL_PORT && !isTrunk;
const LOCAL_PORT = 65_280; // OFPP_MAX of OpenFlow 1.0, above it are reserved ports

function guardOf(flows: readonly InstalledText[], vip: string): InstalledText | undefined {
  const isGuard = ({ table, priority, match }: InstalledText) =>
    table === TABLE.admit && priority === PRIORITY.guard && match === `arp,arp_spa=${vip}`;
  return flows.find(isGuard);
}

function ask(world: World, { name }: BridgeFacts, ports: readonly PortFacts[], vip: string): Promise<unknown> {
  const packet = Buffer.from(arpRequest({ senderMac: PROBE_MAC, targetIp: vip })).toString('hex');
  const actions = ports.map(({ number }) => `output:${number}`).join(',');
  const text = `in_port=controller,packet=${packet},actions=${actions}`;
  return ofctl(world, 'packet-out', name, text);
}
