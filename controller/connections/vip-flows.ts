import { type ActionInput, OFPP } from '../../openflow/index.ts';
import type { ServiceConfig } from '../core/config.ts';
import { factsOf } from '../core/family.ts';
import type { Flow } from '../core/flow.ts';
import type { Ip } from '../core/ip.ts';
import { desiredCookie, PRIORITY, TABLE } from '../core/pipeline.ts';
import type { Switch } from '../core/switch.ts';
import { PROBE_MAC } from '../core/virtual-mac.ts';

const toController: ActionInput[] = [{ type: 'output', port: OFPP.CONTROLLER }];

/** What the VIPs need in a switch as addresses, however their services are carried; and that answers to probes come to us. */
export function vipFlows(services: readonly ServiceConfig[], at: Switch): Flow[] {
  const cookie = desiredCookie('base');
  const vips = new Map(services.map(({ vip, mac }) => [vip, mac]));
  return [
    { table: TABLE.admit, priority: PRIORITY.address, match: { ethDst: PROBE_MAC }, actions: toController, cookie },
    ...[...vips].flatMap(([vip, mac]) => addressFlows(vip, mac, at, cookie)),
  ];
}

/** The VIP as an address: its resolution, spoofing, and everything that is no service. */
function addressFlows(vip: Ip, mac: string, at: Switch, cookie: bigint): Flow[] {
  const { ethType, src, dst, resolution } = factsOf(vip);
  const answer = at.can.registers ? resolution.answer?.(vip, mac) : undefined;
  const guard = { priority: PRIORITY.guard, actions: [], cookie };
  const address = { table: TABLE.admit, priority: PRIORITY.address, cookie };
  return [
    { ...guard, table: TABLE.admit, match: resolution.claim(vip) },
    { ...guard, table: TABLE.admit, match: { ethType, [src]: vip } },
    { ...address, match: resolution.question(vip), actions: answer ?? toController },
    {
      table: TABLE.service,
      priority: PRIORITY.forwarding,
      match: { ethType, [dst]: vip },
      actions: toController,
      cookie,
    },
    { ...guard, table: TABLE.forward, match: { ethDst: mac } },
  ];
}
