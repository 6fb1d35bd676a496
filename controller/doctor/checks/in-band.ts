import type { Check } from '../finding.ts';

/** Hidden flows of in-band control above our own. */
export const inBand: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges
    .filter(({ isInBandDisabled, controllers }) => {
      return !isInBandDisabled && controllers.some(({ connectionMode }) => connectionMode !== 'out-of-band');
    })
    .map(({ name }) => ({
      about: [name],
      what: `In-band control is on in ${name}, as it is unless it is turned off.`,
      why: 'Hidden flows above ours then take ARP for themselves: answers of servers to probes may never reach the controller.',
      mend: [`${toSwitch}ovs-vsctl set bridge ${name} other-config:disable-in-band=true`],
    }));
