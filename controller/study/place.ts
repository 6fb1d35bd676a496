import type { LabSpec } from '../../topologies/spec.ts';
import { type Config, type ConfigInput, configSchema, type StrategyConfig } from '../core/config.ts';
import { type PlannedServer, type Scenario, serversOf } from './scenario.ts';

export const VIP = '10.0.200.1';
const PORT = 80;
const SERVER_PORT = 8000;

/** What the operator wants of a server now; undefined: it is not configured. */
export type Wish = 'ready' | 'drain' | undefined;

const hostOf = (number: number) => ({ name: `h${number}`, ip: `10.0.${number >> 8}.${number & 255}` });

/** One switch with the servers and the clients of a scenario. A server's page is its name. */
export function labOf(scenario: Scenario): LabSpec {
  const servers = serversOf(scenario);
  const hosts: LabSpec['hosts'] = Array.from({ length: servers.length + scenario.clients }, (_, i) => {
    const host = hostOf(i + 1);
    return i < servers.length ? { ...host, role: 'server', http: SERVER_PORT } : { ...host, role: 'client' };
  });
  const pool = servers.map(({ number }) => ({ ...hostOf(number), port: SERVER_PORT }));
  return {
    name: scenario.name.slice(0, 15),
    description: `${servers.length} servers, ${scenario.clients} clients`,
    switches: [{ name: 's1' }],
    hosts,
    links: hosts.map(({ name }) => [name, 's1'] as const),
    services: [{ name: 'web', vip: VIP, protocol: 'tcp', port: PORT, strategy: 'round-robin', servers: pool }],
  };
}

/** What `vipflow.yaml` says when the operator wishes this of the servers. */
export function configInputOf(
  scenario: Scenario,
  strategy: StrategyConfig,
  wish: (server: PlannedServer) => Wish = ({ isSpare }) => (isSpare ? undefined : 'ready'),
): ConfigInput {
  const servers = serversOf(scenario).flatMap(server => {
    const state = wish(server);
    const { number, weight } = server;
    return state === undefined ? [] : [{ ...hostOf(number), port: SERVER_PORT, weight, state }];
  });
  const { slowStart, health } = scenario;
  const service = { name: 'web', vip: VIP, port: PORT, strategy: { name: strategy.name, ...strategy.options }, servers };
  return { services: [{ ...service, slowStart, health }] };
}

export function configOf(...args: Parameters<typeof configInputOf>): Config {
  return configSchema.parse(configInputOf(...args));
}
