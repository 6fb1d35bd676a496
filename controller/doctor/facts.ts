import { vipClaims } from './arp-probe.ts';
import { controllerFacts } from './controller-facts.ts';
import { hostFacts } from './host-facts.ts';
import { type SwitchQuestion, switchFacts } from './switch-facts.ts';
import type { World } from './world.ts';

/** How a command reaches the switch or a host; it makes the commands of a finding exact. */
export interface Way {
  /** Prefix of a command for the switch: `vipflow lab exec s1 -- `, or empty. */
  readonly toSwitch: string;
  /** Prefix of a command for a host. */
  readonly toHost: (name: string) => string;
  readonly self: string;
}

/** Everything the checks examine. */
export type Facts = Awaited<ReturnType<typeof factsOf>>;

/** Gathers the facts once, so that each check is a function of them. */
export async function factsOf(world: World, question: SwitchQuestion, way: Way) {
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
