import { vipClaims } from './arp-probe.ts';
import { controllerFacts } from './controller-facts.ts';
import type { Facts, Way } from './facts.ts';
import { hostFacts } from './host-facts.ts';
import { type SwitchQuestion, switchFacts } from './switch-facts.ts';
import type { World } from './world.ts';

/** Gathers everything that the checks examine. */
export async function factsOf(world: World, question: SwitchQuestion, way: Way): Promise<Facts> {
  const [controller, openVswitch, hosts] = await Promise.all([
    controllerFacts(world),
    switchFacts(world, question),
    hostFacts(world),
  ]);
  const vips = [...new Set(controller.services.map(({ vip }) => vip))];
  const trunks = new Set(controller.links.flatMap(({ a, b }) => [a, b]).map(({ dpid, port }) => `${dpid}:${port}`));
  const claims = await vipClaims(world, vips, openVswitch.bridges, trunks);
  return { node: { version: world.nodeVersion }, controller, openVswitch, hosts, claims, way };
}
