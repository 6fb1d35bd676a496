import type { Facts, ServerFacts } from '../facts.ts';
import type { Check, Observation } from '../finding.ts';

/** A controller that has run for less than this may still be probing. */
const ASKING_MS = 5000;

/** A server that has never answered ARP. */
export const serversKnown: Check = facts => {
  const { services, clock } = facts.controller;
  if (clock !== undefined && clock.uptimeMs < ASKING_MS) return [];
  return services.flatMap(({ name, servers }) =>
    servers.filter(isLost).map(server => observation(facts, `${name}/${server.name}`, server)),
  );
};

const isLost = ({ state, health, location }: ServerFacts) => state !== 'maintenance' && health !== 'up' && location === null;

function observation({ hosts, way }: Facts, path: string, { ip, reason }: ServerFacts): Observation {
  const holder = hosts.find(({ interfaces }) => interfaces.some(({ addresses }) => addresses.some(one => one.ip === ip)));
  const toHost = holder === undefined ? '' : way.toHost(holder.name);
  const port = holder?.interfaces.find(({ addresses }) => addresses.some(one => one.ip === ip))?.name ?? 'eth0';
  const where = holder === undefined ? (hosts.length > 0 ? ', which no host here has,' : '') : ` (host ${holder.name})`;
  return {
    about: [path],
    what: `${path} at ${ip}${where} has never answered ARP${reason === '' ? '' : ` (${reason})`}.`,
    why: 'It gets no connections; the other servers carry its share.',
    fix:
      holder === undefined
        ? [
            `${way.self} config show   # if the address is wrong, correct it in vipflow.yaml`,
            `ip addr add ${ip}/24 dev eth0   # on the server`,
          ]
        : [`${toHost}ip link set ${port} up`, `${toHost}ping -c 1 -W 1 ${ip}`],
  };
}
