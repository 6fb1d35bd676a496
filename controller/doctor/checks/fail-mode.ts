import type { Check } from '../finding.ts';

/** A bridge that forgets everything when its controller is away for a while. */
export const failMode: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges
    .filter(({ failMode: mode, controllers }) => mode !== 'secure' && controllers.length > 0)
    .map(({ name, failMode: mode }) => ({
      about: [name],
      what: `The fail mode of ${name} is ${mode === '' ? 'not set, which means standalone' : mode}.`,
      why: 'About 15 s after the controller has gone all flows are wiped, and every balanced connection breaks.',
      mend: [`${toSwitch}ovs-vsctl set-fail-mode ${name} secure`],
    }));
