import { endpointText } from '../../core/endpoint.ts';
import type { Facts } from '../facts.ts';
import type { Faults } from '../finding.ts';
import { hostOf, openflowTarget } from '../openflow-target.ts';

/** No controller answers, another program answers, or the controller requires a token. */
export function* controllerReach({ controller: { url, reach }, way: { self } }: Facts): Faults {
  const about = ['controller'];
  if (reach === 'none')
    yield {
      about,
      what: `No controller answers at ${url}.`,
      why: 'Existing connections continue; new connections to a VIP get no answer.',
      fix: [`${self} run -c vipflow.yaml`],
    };
  if (reach === 'other')
    yield {
      about,
      what: `The server at ${url} is not a vipflow controller: another program uses its port.`,
      why: 'The controller cannot start with listen.http on that port.',
      fix: [`ss -ltnp 'sport = :${new URL(url).port || 80}'`, `${self} doctor --url http://127.0.0.1:PORT`],
    };
  if (reach === 'refused')
    yield {
      about,
      what: `The controller at ${url} requires a token.`,
      why: 'Without a token the doctor checks the switch only, not servers, VIPs and clock.',
      fix: [`VIPFLOW_TOKEN=TOKEN ${self} doctor`],
    };
}

/** Switches cannot reach the OpenFlow port of the controller. */
export function* openflowPort({ controller: { openflow, url } }: Facts): Faults {
  if (openflow === undefined || openflow.isOpen) return;
  const { host, port } = openflow;
  yield {
    about: ['controller'],
    what: `The controller runs, but its OpenFlow port (${endpointText({ ip: host, port })}) refuses connections from this machine.`,
    why: 'Switches on this side cannot connect: a firewall blocks the port, or the controller listens on another address.',
    fix: [`nc -vz ${hostOf(url)} ${port}`, `iptables -I INPUT -p tcp --dport ${port} -j ACCEPT`],
  };
}

/** Open vSwitch reconnects after 8 s at the latest. */
const STARTING_MS = 10_000;

/** A controller without a single switch. */
export function* switchConnected({ controller, openVswitch, way: { toSwitch } }: Facts): Faults {
  const { reach, switches, clock: time } = controller;
  if (reach !== 'vipflow' || switches.some(({ connected }) => connected)) return;
  if (time !== undefined && time.uptimeMs < STARTING_MS) return;
  const bridge = openVswitch.bridges[0]?.name ?? 'br0';
  yield {
    about: ['controller'],
    what: 'No switch is connected to the controller.',
    why: 'Requests to a VIP get no answer.',
    fix: [
      `${toSwitch}ovs-vsctl set bridge ${bridge} protocols=OpenFlow13`,
      `${toSwitch}ovs-vsctl set-controller ${bridge} ${openflowTarget(controller)}`,
    ],
  };
}

/** The largest difference of clocks that a network round trip can explain. */
const MOST_SKEW_MS = 2000;

/** The clock of the controller differs from that of this machine, or has jumped. */
export function* clock({ controller: { clock: found } }: Facts): Faults {
  if (found === undefined) return;
  const { skewMs, jumpMs } = found;
  const seconds = (ms: number) => `${Math.round(Math.abs(ms) / 1000)} s`;
  const common = { about: ['controller'], fix: ['timedatectl set-ntp true'] };
  if (Math.abs(skewMs) > MOST_SKEW_MS)
    yield {
      ...common,
      what: `The clock of the controller is ${seconds(skewMs)} ${skewMs > 0 ? 'ahead of' : 'behind'} the clock of this machine.`,
      why: 'Times in the log and in alerts do not match those of servers and switches; certificates may seem invalid.',
    };
  if (Math.abs(jumpMs) > MOST_SKEW_MS)
    yield {
      ...common,
      what: `The clock of the controller was set ${jumpMs > 0 ? 'forward' : 'back'} by ${seconds(jumpMs)} while it ran.`,
      why: 'The log times and the ages of everything that began before are wrong by that amount.',
    };
}
