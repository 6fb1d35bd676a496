import type { BridgeFacts } from '../facts.ts';
import type { Check } from '../finding.ts';

/** The first Open vSwitch that speaks OpenFlow 1.3 by default. */
const BY_DEFAULT_SINCE = [2, 3] as const;

/** A bridge that does not speak OpenFlow 1.3. */
export const protocols: Check = ({ openVswitch: { bridges, version }, way: { toSwitch } }) =>
  bridges
    .filter(bridge => !speaks13(bridge, version))
    .map(({ name, protocols: spoken }) => ({
      about: [name],
      what: `${name} speaks ${spoken.length === 0 ? 'only OpenFlow 1.0' : spoken.join(', ')}, not OpenFlow 1.3.`,
      why: `The controller refuses it. In Mininet the argument is \`protocols='OpenFlow13'\`; Mininet ignores \`protocol=\` silently.`,
      fix: [`${toSwitch}ovs-vsctl set bridge ${name} protocols=OpenFlow13`],
    }));

function speaks13({ protocols: spoken }: BridgeFacts, version: string): boolean {
  if (spoken.length > 0) return spoken.includes('OpenFlow13');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return version === '' || major > BY_DEFAULT_SINCE[0] || (major === BY_DEFAULT_SINCE[0] && minor >= BY_DEFAULT_SINCE[1]);
}
