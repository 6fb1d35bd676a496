import type { Facts } from '../facts.ts';
import type { Check, Observation } from '../finding.ts';

/** A host has a VIP as its own address, or answers ARP for it. */
export const vipOwner: Check = facts => {
  const vips = [...new Set(facts.controller.services.map(({ vip }) => vip))];
  return vips.flatMap(vip => {
    const holders = holdersOf(facts, vip);
    const claim = facts.claims.find(found => found.vip === vip);
    if (holders.length > 0) return holders.map(holder => held(facts, vip, holder));
    return claim === undefined ? [] : [claimed(vip, claim.bridge)];
  });
};

interface Holder {
  readonly host: string;
  readonly port: string;
  readonly prefixLength: number;
}

function holdersOf({ hosts }: Facts, vip: string): Holder[] {
  return hosts.flatMap(({ name: host, interfaces }) =>
    interfaces.flatMap(({ name: port, addresses }) =>
      addresses.filter(({ ip }) => ip === vip).map(({ prefixLength }) => ({ host, port, prefixLength })),
    ),
  );
}

const WHY = 'Only the switch may own a VIP: clients near that host reach the host instead of the servers, or nothing.';

function held({ way }: Facts, vip: string, { host, port, prefixLength }: Holder): Observation {
  return {
    about: [vip],
    what: `${host} has the VIP ${vip} as its own address on ${port}.`,
    why: WHY,
    fix: [`${way.toHost(host)}ip addr del ${vip}/${prefixLength} dev ${port}`],
  };
}

function claimed(vip: string, bridge: string): Observation {
  return {
    about: [vip],
    what: `A machine on ${bridge} answers ARP for the VIP ${vip}.`,
    why: WHY,
    fix: [`ip addr del ${vip}/24 dev eth0   # on the machine that has the address`],
  };
}
