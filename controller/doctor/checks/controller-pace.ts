import type { Check, Observation } from '../finding.ts';

const PROPOSED_BACKOFF_MS = 1000;
/** What somebody may have chosen with care is left alone. */
const MOST_BACKOFF_MS = 2000;
const DEFAULT_BACKOFF_MS = 8000;
const PROPOSED_PROBE_MS = 5000;
const MOST_PROBE_MS = 30_000;

/** How fast a bridge finds out that its controller is gone, and how soon it tries again. */
export const controllerPace: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges.flatMap(({ name, controllers }) => {
    const set = (setting: string) => [`${toSwitch}ovs-vsctl set controller ${name} ${setting}`];
    return controllers.flatMap(({ maxBackoffMs = DEFAULT_BACKOFF_MS, inactivityProbeMs = PROPOSED_PROBE_MS }): Observation[] => [
      ...(maxBackoffMs > MOST_BACKOFF_MS
        ? [
            {
              about: [name],
              what: `${name} waits up to ${maxBackoffMs / 1000} s between two tries to reach its controller.`,
              why: 'After a restart of the controller new connections go unanswered for so long. Before 3.3 Open vSwitch takes this only while it is connected.',
              mend: set(`max_backoff=${PROPOSED_BACKOFF_MS}`),
            },
          ]
        : []),
      ...(inactivityProbeMs === 0 || inactivityProbeMs > MOST_PROBE_MS
        ? [
            {
              about: [name],
              what: `${name} ${inactivityProbeMs === 0 ? 'never asks' : `asks only every ${inactivityProbeMs / 1000} s`} whether its controller still lives.`,
              why: 'A controller that hangs, or a cut cable, goes unnoticed: no other one is tried.',
              mend: set(`inactivity_probe=${PROPOSED_PROBE_MS}`),
            },
          ]
        : []),
    ]);
  });
