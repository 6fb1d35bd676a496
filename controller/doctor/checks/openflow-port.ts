import { endpointText } from '../../core/endpoint.ts';
import type { Check } from '../finding.ts';
import { hostOf } from '../openflow-target.ts';

/** Switches cannot get to the controller's port. */
export const openflowPort: Check = ({ controller: { openflow, url } }) => {
  if (openflow === undefined || openflow.isOpen) return [];
  const { host, port } = openflow;
  const from = hostOf(url);
  return [
    {
      about: ['controller'],
      what: `The controller runs, but its port for switches (${endpointText({ ip: host, port })}) takes no connection from here.`,
      why: 'No switch on this side can connect: a firewall stands between, or it listens on another address.',
      mend: [`nc -vz ${from} ${port}`, `iptables -I INPUT -p tcp --dport ${port} -j ACCEPT`],
    },
  ];
};
