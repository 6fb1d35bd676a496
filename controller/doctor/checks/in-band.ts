import type { Check } from '../finding.ts';

/** Hidden flows of in-band control above our own. */
export const inBand: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges
    .filter(({ isInBandDisabled, controllers }) => {
      return !isInBandDisabled && controllers.some(({ connectionMode }) => connectionMode !== 'out-of-band');
    })
    .map(({ name }) => ({
      about: [name],
      what: `In-band control is on in ${name}, which is the default of Open vSwitch.`,
      why: 'Its hidden flows have a higher priority than ours and take ARP packets: the answers of servers to probes may never reach the controller.',
      fix: [`${toSwitch}ovs-vsctl set bridge ${name} other-config:disable-in-band=true`],
    }));
