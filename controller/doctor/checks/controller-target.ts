import { isConnected } from '../connected.ts';
import type { BridgeFacts, Facts, TargetFacts } from '../facts.ts';
import type { Check, Observation } from '../finding.ts';
import { openflowTarget } from '../openflow-target.ts';

/** A bridge that has no controller, another one, or cannot reach it. */
export const controllerTarget: Check = facts =>
  facts.openVswitch.bridges.flatMap(bridge => {
    const { controllers } = bridge;
    if (controllers.length === 0) return [unset(facts, bridge)];
    return isConnected(facts, bridge) ? [] : [cut(facts, bridge, controllers[0]!)];
  });

function unset(facts: Facts, { name }: BridgeFacts): Observation {
  return {
    about: [name],
    what: `${name} has no controller.`,
    why: 'Without a controller it is a plain switch: nothing answers for the VIP.',
    fix: [setController(facts, name)],
  };
}

function cut(facts: Facts, { name }: BridgeFacts, { target, lastError }: TargetFacts): Observation {
  const { openflow, reach } = facts.controller;
  const port = /^(?:tcp|ssl):.*:(\d+)$/.exec(target)?.[1];
  const isElsewhere = port !== undefined && openflow !== undefined && Number(port) !== openflow.port;
  const error = lastError === '' ? '' : ` (${lastError})`;
  return {
    about: [name],
    what: isElsewhere
      ? `${name} connects to a controller at ${target}; this controller listens on port ${openflow.port}.`
      : `${name} is not connected to its controller at ${target}${error}.`,
    why: 'Its flows stay; new connections to a VIP get no answer.',
    fix:
      isElsewhere || reach !== 'vipflow'
        ? [setController(facts, name)]
        : [`nc -vz ${addressOf(target)}`, setController(facts, name)],
  };
}

/** Host and port as `nc` takes them. */
const addressOf = (target: string) => target.replace(/^\w+:/, '').replace(/^\[?(.*?)\]?:(\d+)$/, '$1 $2');

function setController({ controller, way: { toSwitch } }: Facts, name: string): string {
  return `${toSwitch}ovs-vsctl set-controller ${name} ${openflowTarget(controller)}`;
}
