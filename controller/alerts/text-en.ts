import type { AlertKind } from '../core/config/alert-channel.ts';

/** The words of the messages in one language; every other one has the same. */
export type Language = typeof english;

type Words = Readonly<Record<AlertKind, string>>;
/** The problem of several subjects, and its end. */
type Several = Readonly<Partial<Record<AlertKind, readonly [string, string]>>>;

export const english = {
  /** Names of subjects that have none of their own. */
  names: { switch: 'switch', table: (table: string, dpid: string) => `table ${table} of switch ${dpid}` },
  /** Predicates after a name, as those of `resolved`. */
  raised: {
    'service-down': 'has no available server',
    'switch-lost': 'is lost',
    panic: 'keeps servers in use although their probes fail',
    'table-full': 'is full',
    'server-down': 'is down',
    flapping: 'is flapping',
    'table-nearly-full': 'is nearly full',
  } satisfies Words,
  resolved: {
    'service-down': 'has an available server again',
    'switch-lost': 'is back',
    panic: 'is back to normal',
    'table-full': 'has room again',
    'server-down': 'is up again',
    flapping: 'is stable again',
    'table-nearly-full': 'has room again',
  } satisfies Words,
  /** After a number. */
  several: {
    'service-down': ['services have no available server', 'services have an available server again'],
    'switch-lost': ['switches are lost', 'switches are back'],
    'server-down': ['servers are down', 'servers are up again'],
  } as Several,
  /** What to check. */
  hints: {
    'service-down': 'its servers; clients are refused until one is up, or one in standby or maintenance is set to ready',
    'switch-lost': 'its power, its connection to the controller, and `ovs-vsctl get-controller` on it; its flows keep working',
    panic: 'the servers, and the network between them and the switch: too many failed at once',
    'table-full': 'idleTimeout and the table size of the switch; new connections are refused there until flows expire',
    'server-down': 'the process on that server, its machine and its cable',
    flapping:
      'its load, its cable, and whether timeout and fall of its health check are too strict; the next message comes when it is stable',
    'table-nearly-full': 'the source of the flows; reduce idleTimeout before the table is full',
  } satisfies Words,
  colon: ':',
  more: (count: number) => `and ${count} more`,
  since: 'Since',
  ended: 'Ended',
  why: 'Reason',
  left: (up: number, of: number, service: string) => `${up} of ${of} servers of ${service} ${up === 1 ? 'is' : 'are'} up`,
  changes: (count: number) => `${count} changes in a short time`,
  lasted: (duration: string) => `after ${duration}`,
  look: 'Check',
  reminder: 'still',
  missed: (count: number) => `${count} earlier ${count === 1 ? 'message' : 'messages'} could not be delivered.`,
  test: {
    subject: 'test message',
    body: (channel: string) => `This is a test. Alerts of the channel ${channel} arrive here.`,
  },
};
