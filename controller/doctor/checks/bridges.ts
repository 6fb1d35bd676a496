import { entryOf } from '../../core/entry-of.ts';
import type { Facts } from '../facts.ts';
import type { Faults } from '../finding.ts';
import { openflowTarget } from '../openflow-target.ts';
import type { BridgeFacts } from '../switch-facts.ts';
import { isAtLeast } from './version.ts';

/** Whether a bridge is connected. The controller is asked first: the database of Open vSwitch is up to 5 s late. */
export function isConnected({ controller: { reach, switches } }: Facts, { dpid, controllers }: BridgeFacts): boolean {
  if (reach === 'vipflow') return switches.some(one => one.dpid === dpid && one.connected);
  return controllers.some(one => one.isConnected);
}

/** The first Open vSwitch that speaks OpenFlow 1.3 by default. */
const BY_DEFAULT_SINCE = [2, 3] as const;

/** A bridge that does not speak OpenFlow 1.3. */
export function* protocols({ openVswitch: { bridges, version }, way: { toSwitch } }: Facts): Faults {
  const isDefault = version === '' || isAtLeast(version, BY_DEFAULT_SINCE);
  for (const { name, protocols: spoken } of bridges) {
    if (spoken.length === 0 ? isDefault : spoken.includes('OpenFlow13')) continue;
    yield {
      about: [name],
      what: `${name} speaks ${spoken.length === 0 ? 'only OpenFlow 1.0' : spoken.join(', ')}, not OpenFlow 1.3.`,
      why: `The controller refuses it. In Mininet the argument is \`protocols='OpenFlow13'\`; Mininet ignores \`protocol=\` silently.`,
      fix: [`${toSwitch}ovs-vsctl set bridge ${name} protocols=OpenFlow13`],
    };
  }
}

/** Two switches with the same datapath id: the controller accepts the first only. */
export function* datapathId({ openVswitch: { bridges }, controller: { switches }, way: { toSwitch } }: Facts): Faults {
  const taken = new Set([...bridges, ...switches].map(one => one.dpid));
  const ids = Array.from({ length: taken.size + 1 }, (_, i) => (i + 1).toString(16).padStart(16, '0'));
  const named = new Map<string, string[]>();
  for (const { dpid, name } of bridges) entryOf(named, dpid, () => []).push(name);
  for (const [dpid, names] of named) {
    if (names.length < 2 || dpid === '') continue;
    yield {
      about: names,
      what: `${names.join(' and ')} have the same datapath id, ${dpid}.`,
      why: 'The controller accepts the switch that connects first and refuses the other, which gets no flows.',
      fix: [`${toSwitch}ovs-vsctl set bridge ${names.at(-1)} other-config:datapath-id=${ids.find(id => !taken.has(id))}`],
    };
  }
}

/** A bridge that has no controller, another one, or cannot reach it. */
export function* controllerTarget(facts: Facts): Faults {
  const { openflow, reach } = facts.controller;
  for (const bridge of facts.openVswitch.bridges) {
    const { name, controllers } = bridge;
    const set = `${facts.way.toSwitch}ovs-vsctl set-controller ${name} ${openflowTarget(facts.controller)}`;
    if (controllers.length === 0)
      yield {
        about: [name],
        what: `${name} has no controller.`,
        why: 'Without a controller it is a plain switch: nothing answers for the VIP.',
        fix: [set],
      };
    if (controllers.length === 0 || isConnected(facts, bridge)) continue;
    const { target, lastError } = controllers[0]!;
    const port = /^(?:tcp|ssl):.*:(\d+)$/.exec(target)?.[1];
    const isElsewhere = port !== undefined && openflow !== undefined && Number(port) !== openflow.port;
    yield {
      about: [name],
      what: isElsewhere
        ? `${name} connects to a controller at ${target}; this controller listens on port ${openflow.port}.`
        : `${name} is not connected to its controller at ${target}${lastError === '' ? '' : ` (${lastError})`}.`,
      why: 'Its flows stay; new connections to a VIP get no answer.',
      fix: isElsewhere || reach !== 'vipflow' ? [set] : [`nc -vz ${addressOf(target)}`, set],
    };
  }
}

/** Host and port as `nc` takes them. */
const addressOf = (target: string) => target.replace(/^\w+:/, '').replace(/^\[?(.*?)\]?:(\d+)$/, '$1 $2');

const PROPOSED_BACKOFF_MS = 1000;
/** Values up to this one may have been chosen with care. */
const MOST_BACKOFF_MS = 2000;
const DEFAULT_BACKOFF_MS = 8000;
const PROPOSED_PROBE_MS = 5000;
const MOST_PROBE_MS = 30_000;

/** How fast a bridge notices that its controller is gone, and how soon it reconnects. */
export function* controllerPace({ openVswitch: { bridges }, way: { toSwitch } }: Facts): Faults {
  const all = bridges.flatMap(({ name, controllers }) => controllers.map(one => ({ name, ...one })));
  for (const { name, maxBackoffMs = DEFAULT_BACKOFF_MS, inactivityProbeMs = PROPOSED_PROBE_MS } of all) {
    const set = `${toSwitch}ovs-vsctl set controller ${name}`;
    if (maxBackoffMs > MOST_BACKOFF_MS)
      yield {
        about: [name],
        what: `${name} waits up to ${maxBackoffMs / 1000} s between two attempts to reach its controller.`,
        why: 'After a restart of the controller, new connections get no answer for that time. Open vSwitch before 3.3 applies the command only while it is connected.',
        fix: [`${set} max_backoff=${PROPOSED_BACKOFF_MS}`],
      };
    if (inactivityProbeMs === 0 || inactivityProbeMs > MOST_PROBE_MS)
      yield {
        about: [name],
        what: `${name} ${inactivityProbeMs === 0 ? 'never checks' : `checks only every ${inactivityProbeMs / 1000} s`} that its controller still answers.`,
        why: 'The bridge does not notice a controller that hangs or a cut cable, and tries no other controller.',
        fix: [`${set} inactivity_probe=${PROPOSED_PROBE_MS}`],
      };
  }
}

/** A bridge that deletes its flows when its controller is gone for a while. */
export function* failMode({ openVswitch: { bridges }, way: { toSwitch } }: Facts): Faults {
  for (const { name, failMode: mode, controllers } of bridges) {
    if (mode === 'secure' || controllers.length === 0) continue;
    yield {
      about: [name],
      what: `The fail mode of ${name} is ${mode === '' ? 'not set, which means standalone' : mode}.`,
      why: 'About 15 s after the controller is gone, the bridge deletes all flows, and every balanced connection breaks.',
      fix: [`${toSwitch}ovs-vsctl set-fail-mode ${name} secure`],
    };
  }
}

/** Hidden flows of in-band control above our own. */
export function* inBand({ openVswitch: { bridges }, way: { toSwitch } }: Facts): Faults {
  for (const { name, isInBandDisabled, controllers } of bridges) {
    if (isInBandDisabled || controllers.every(({ connectionMode }) => connectionMode === 'out-of-band')) continue;
    yield {
      about: [name],
      what: `In-band control is on in ${name}, which is the default of Open vSwitch.`,
      why: 'Its hidden flows have a higher priority than ours and take ARP packets: the answers of servers to probes may never reach the controller.',
      fix: [`${toSwitch}ovs-vsctl set bridge ${name} other-config:disable-in-band=true`],
    };
  }
}
