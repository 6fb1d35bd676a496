import type { Facts, ServerFacts } from '../facts.ts';
import type { Check, Observation } from '../finding.ts';

/** A controller that has just started may still be asking. */
const ASKING_MS = 5000;

/** A server that no switch can find: it has never answered ARP. */
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
  const where = holder === undefined ? (hosts.length > 0 ? ': no host here has this address' : '') : ` (host ${holder.name})`;
  return {
    about: [path],
    what: `No switch has found ${path} at ${ip}${where}${reason === '' ? '' : ` (${reason})`}.`,
    why: 'It gets no connection, and the others carry its share.',
    mend:
      holder === undefined
        ? [
            `${way.self} config show   # has it the right address? in vipflow.yaml write the true one`,
            `ip addr add ${ip}/24 dev eth0   # on the server`,
          ]
        : [`${toHost}ip link set ${port} up`, `${toHost}ping -c 1 -W 1 ${ip}`],
  };
}
