import { endpointText } from '../../core/endpoint.ts';
import type { Check } from '../finding.ts';
import { hostOf } from '../openflow-target.ts';

/** Switches cannot reach the OpenFlow port of the controller. */
export const openflowPort: Check = ({ controller: { openflow, url } }) => {
  if (openflow === undefined || openflow.isOpen) return [];
  const { host, port } = openflow;
  const from = hostOf(url);
  return [
    {
      about: ['controller'],
      what: `The controller runs, but its OpenFlow port (${endpointText({ ip: host, port })}) refuses connections from this machine.`,
      why: 'Switches on this side cannot connect: a firewall blocks the port, or the controller listens on another address.',
      fix: [`nc -vz ${from} ${port}`, `iptables -I INPUT -p tcp --dport ${port} -j ACCEPT`],
    },
  ];
};
