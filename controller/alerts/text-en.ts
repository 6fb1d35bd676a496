import type { Language } from './language.ts';

export const english: Language = {
  names: { switch: 'switch', table: (table, dpid) => `table ${table} of switch ${dpid}` },
  raised: {
    'service-down': 'has no server left',
    'switch-lost': 'is lost',
    panic: 'keeps servers in use although their probes fail',
    'table-full': 'is full',
    'server-down': 'is down',
    flapping: 'is flapping',
    'table-nearly-full': 'is nearly full',
  },
  resolved: {
    'service-down': 'has servers again',
    'switch-lost': 'is back',
    panic: 'is out of panic',
    'table-full': 'has room again',
    'server-down': 'is up again',
    flapping: 'is calm again',
    'table-nearly-full': 'has room again',
  },
  several: {
    'service-down': ['services have no server left', 'services have servers again'],
    'switch-lost': ['switches are lost', 'switches are back'],
    'server-down': ['servers are down', 'servers are up again'],
  },
  hints: {
    'service-down': 'clients are refused; bring a server back, or set one that is in standby or maintenance to ready',
    'switch-lost': 'its power, its way to the controller, and `ovs-vsctl get-controller` on it; its flows go on without us',
    panic: 'the servers, or what stands between them and the switch: too many failed at once',
    'table-full': 'new connections are refused there; shorten idleTimeout, or give the switch larger tables',
    'server-down': 'the process on that server, its machine and its cable',
    flapping:
      'its load, its cable, and whether timeout and fall of its health check are too tight; nothing more is told until it is calm',
    'table-nearly-full': 'what makes so many flows; shorten idleTimeout before it is full',
  },
  colon: ':',
  more: count => `and ${count} more`,
  since: 'Since',
  ended: 'At',
  why: 'Why',
  left: (up, of, service) => `${up} of ${of} servers of ${service} ${up === 1 ? 'is' : 'are'} left`,
  changes: count => `${count} changes in a short time`,
  lasted: duration => `after ${duration}`,
  look: 'Look at',
  reminder: 'still',
  missed: count => `${count} earlier ${count === 1 ? 'message' : 'messages'} could not be delivered.`,
  test: {
    subject: 'a test of the alerts',
    body: channel => `This is a test: alerts through the channel ${channel} arrive here.`,
  },
};
