import type { Check } from '../finding.ts';

/** A controller without a single switch. */
export const switchConnected: Check = ({ controller: { reach, switches, openflow, url, clock }, openVswitch, way }) => {
  if (reach !== 'vipflow' || switches.some(({ connected }) => connected)) return [];
  if (clock !== undefined && clock.uptimeMs < STARTING_MS) return [];
  const bridge = openVswitch.bridges[0]?.name ?? 'br0';
  const host = openflow === undefined || openflow.host === '0.0.0.0' ? new URL(url).hostname : openflow.host;
  return [
    {
      about: ['controller'],
      what: 'No switch is connected to the controller.',
      why: 'There is nothing to balance in: every request to a VIP goes unanswered.',
      mend: [
        `${way.toSwitch}ovs-vsctl set bridge ${bridge} protocols=OpenFlow13`,
        `${way.toSwitch}ovs-vsctl set-controller ${bridge} tcp:${host}:${openflow?.port ?? 6653}`,
      ],
    },
  ];
};

/** Open vSwitch tries again after 8 s at the latest. */
const STARTING_MS = 10_000;
