import { askLab, type FoundLab } from '../../../topologies/control/found-labs.ts';
import type { LabState } from '../../../topologies/control/lab-state.ts';
import { COMMAND_MS, type Place } from './world.ts';

/** The exit code of a shell whose command does not exist. */
const NO_PROGRAM = 127;

/** A running lab: its first switch and its hosts; nothing where the lab is embedded. */
export function insideLab(lab: FoundLab, { on, switches, hosts }: LabState): Place {
  if (on === 'embedded') return { hosts: async () => [], run: async () => undefined };
  const first = switches[0]!.name;
  return {
    hosts: async () => hosts.map(({ name }) => name),
    run: async (argv, host = first) => {
      let [stdout, stderr] = ['', ''];
      const out = (text: string) => (stdout += text);
      const err = (text: string) => (stderr += text);
      const code = await askLab(lab, { do: 'exec', node: host, argv }, { out, err, timeoutMs: COMMAND_MS });
      return code === NO_PROGRAM ? undefined : { code: code as number, stdout, stderr };
    },
  };
}
