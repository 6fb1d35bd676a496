import type { LabState } from '../../../topologies/control/lab-state.ts';
import { endpointText } from '../../core/endpoint.ts';

/** The state of a lab, for people. */
export function labStatus(state: LabState): string {
  const { name, topology, on, pid, since, switches, hosts, links, load, services } = state;
  const of = (role: string) => hosts.filter(host => host.role === role);
  const hostText = (host: LabState['hosts'][number]) => `${host.name} ${host.ip}${host.on ? '' : ' (off)'}`;
  const cut = links.filter(({ up }) => !up).map(({ ends }) => ends.join(' - '));
  const rows: readonly (readonly [string, string])[] = [
    ['controller', state.log === null ? `${state.controller}, in another process` : `${state.controller}, in the same process`],
    ['log', state.log ?? 'served by the controller'],
    ['switches', switches.map(one => `${one.name} ${one.connected ? 'connected' : 'disconnected'}`).join(', ')],
    ['servers', of('server').map(hostText).join(', ')],
    ['clients', of('client').map(hostText).join(', ')],
    ['services', services.map(one => `${one.name} ${one.protocol} ${endpointText({ ip: one.vip, port: one.port })}`).join(', ')],
    ['links', cut.length === 0 ? 'all up' : `down: ${cut.join(', ')}`],
    ...(load === null
      ? []
      : [['load', `${load.requestsPerSecond} requests per second; ${load.answered} answered, ${load.failed} failed`] as const]),
  ];
  const title = name === topology ? name : `${name} (${topology})`;
  const lines = rows.map(([what, text]) => `  ${what.padEnd(11)}${text}`);
  return `${title}, ${on}, since ${since}, process ${pid}\n${lines.join('\n')}`;
}
