import type { Check } from '../finding.ts';

/** A bridge that deletes its flows when its controller is gone for a while. */
export const failMode: Check = ({ openVswitch: { bridges }, way: { toSwitch } }) =>
  bridges
    .filter(({ failMode: mode, controllers }) => mode !== 'secure' && controllers.length > 0)
    .map(({ name, failMode: mode }) => ({
      about: [name],
      what: `The fail mode of ${name} is ${mode === '' ? 'not set, which means standalone' : mode}.`,
      why: 'About 15 s after the controller is gone, the bridge deletes all flows, and every balanced connection breaks.',
      fix: [`${toSwitch}ovs-vsctl set-fail-mode ${name} secure`],
    }));
