import type { Check } from '../finding.ts';
import { openflowTarget } from '../openflow-target.ts';

/** A controller without a single switch. */
export const switchConnected: Check = ({ controller, openVswitch, way }) => {
  const { reach, switches, clock } = controller;
  if (reach !== 'vipflow' || switches.some(({ connected }) => connected)) return [];
  if (clock !== undefined && clock.uptimeMs < STARTING_MS) return [];
  const bridge = openVswitch.bridges[0]?.name ?? 'br0';
  return [
    {
      about: ['controller'],
      what: 'No switch is connected to the controller.',
      why: 'Requests to a VIP get no answer.',
      fix: [
        `${way.toSwitch}ovs-vsctl set bridge ${bridge} protocols=OpenFlow13`,
        `${way.toSwitch}ovs-vsctl set-controller ${bridge} ${openflowTarget(controller)}`,
      ],
    },
  ];
};

/** Open vSwitch reconnects after 8 s at the latest. */
const STARTING_MS = 10_000;
