import type { Facts } from '../facts.ts';
import type { Check, Observation } from '../finding.ts';

/** Somebody beside the switch has a VIP: a host that has it as its own address, or one that answers ARP for it. */
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

const WHY = 'A VIP belongs to the switch alone: clients beside that host would reach it and not the servers, or neither.';

function held({ way }: Facts, vip: string, { host, port, prefixLength }: Holder): Observation {
  return {
    about: [vip],
    what: `${host} has the VIP ${vip} as an address of its own, on ${port}.`,
    why: WHY,
    mend: [`${way.toHost(host)}ip addr del ${vip}/${prefixLength} dev ${port}`],
  };
}

function claimed(vip: string, bridge: string): Observation {
  return {
    about: [vip],
    what: `Somebody on ${bridge} answers ARP for the VIP ${vip}.`,
    why: WHY,
    mend: [`ip addr del ${vip}/24 dev eth0   # on the machine that has it`],
  };
}
