import type { Check, Observation } from '../finding.ts';

const PROPOSED_BACKOFF_MS = 1000;
/** Values up to this one may have been chosen with care. */
const MOST_BACKOFF_MS = 2000;
const DEFAULT_BACKOFF_MS = 8000;
const PROPOSED_PROBE_MS = 5000;
const MOST_PROBE_MS = 30_000;

/** How fast a bridge notices that its controller is gone, and how soon it reconnects. */
export const controllerPace: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges.flatMap(({ name, controllers }) => {
    const set = (setting: string) => [`${toSwitch}ovs-vsctl set controller ${name} ${setting}`];
    return controllers.flatMap(({ maxBackoffMs = DEFAULT_BACKOFF_MS, inactivityProbeMs = PROPOSED_PROBE_MS }): Observation[] => [
      ...(maxBackoffMs > MOST_BACKOFF_MS
        ? [
            {
              about: [name],
              what: `${name} waits up to ${maxBackoffMs / 1000} s between two attempts to reach its controller.`,
              why: 'After a restart of the controller, new connections get no answer for that time. Open vSwitch before 3.3 applies the command only while it is connected.',
              fix: set(`max_backoff=${PROPOSED_BACKOFF_MS}`),
            },
          ]
        : []),
      ...(inactivityProbeMs === 0 || inactivityProbeMs > MOST_PROBE_MS
        ? [
            {
              about: [name],
              what: `${name} ${inactivityProbeMs === 0 ? 'never checks' : `checks only every ${inactivityProbeMs / 1000} s`} that its controller still answers.`,
              why: 'The bridge does not notice a controller that hangs or a cut cable, and tries no other controller.',
              fix: set(`inactivity_probe=${PROPOSED_PROBE_MS}`),
            },
          ]
        : []),
    ]);
  });
