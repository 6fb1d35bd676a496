import type { Check } from '../finding.ts';

/** Switches cannot get to the controller's port. */
export const openflowPort: Check = ({ controller: { openflow, url } }) => {
  if (openflow === undefined || openflow.isOpen) return [];
  const { host, port } = openflow;
  const from = new URL(url).hostname;
  return [
    {
      about: ['controller'],
      what: `The controller runs, but its port for switches (${host}:${port}) takes no connection from here.`,
      why: 'No switch on this side can connect: a firewall stands between, or it listens on another address.',
      mend: [`nc -vz ${from} ${port}`, `iptables -I INPUT -p tcp --dport ${port} -j ACCEPT`],
    },
  ];
};
