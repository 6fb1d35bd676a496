import type { Check, Observation } from '../finding.ts';

/** The largest difference that a network round trip can explain. */
const MOST_MS = 2000;

/** The clock of the controller differs from that of this machine, or has jumped. */
export const clock: Check = ({ controller: { clock: found } }) => {
  if (found === undefined) return [];
  const { skewMs, jumpMs } = found;
  const observations: Observation[] = [];
  if (Math.abs(skewMs) > MOST_MS)
    observations.push({
      about: ['controller'],
      what: `The clock of the controller is ${seconds(skewMs)} ${skewMs > 0 ? 'ahead of' : 'behind'} the clock of this machine.`,
      why: 'Times in the log and in alerts do not match those of servers and switches; certificates may seem invalid.',
      fix: ['timedatectl set-ntp true'],
    });
  if (Math.abs(jumpMs) > MOST_MS)
    observations.push({
      about: ['controller'],
      what: `The clock of the controller was set ${jumpMs > 0 ? 'forward' : 'back'} by ${seconds(jumpMs)} while it ran.`,
      why: 'The log times and the ages of everything that began before are wrong by that amount.',
      fix: ['timedatectl set-ntp true'],
    });
  return observations;
};

const seconds = (ms: number) => `${Math.round(Math.abs(ms) / 1000)} s`;
