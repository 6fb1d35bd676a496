import type { Check, Observation } from '../finding.ts';

/** Differences that one network round trip does not make. */
const MOST_MS = 2000;

/** The controller's clock is not the machine's, or has jumped. */
export const clock: Check = ({ controller: { clock: found } }) => {
  if (found === undefined) return [];
  const { skewMs, jumpMs } = found;
  const observations: Observation[] = [];
  if (Math.abs(skewMs) > MOST_MS)
    observations.push({
      about: ['controller'],
      what: `The controller's clock is ${seconds(skewMs)} ${skewMs > 0 ? 'ahead of' : 'behind'} the one here.`,
      why: 'Times in the log and in alerts do not fit those of servers and switches; certificates may seem not valid.',
      mend: ['timedatectl set-ntp true'],
    });
  if (Math.abs(jumpMs) > MOST_MS)
    observations.push({
      about: ['controller'],
      what: `The controller's clock was set ${jumpMs > 0 ? 'forward' : 'back'} by ${seconds(jumpMs)} while it ran.`,
      why: 'Ages of connections and times in the log are wrong by so much for what began before.',
      mend: ['timedatectl set-ntp true'],
    });
  return observations;
};

const seconds = (ms: number) => `${Math.round(Math.abs(ms) / 1000)} s`;
