import type { ControlledLab } from '../../../topologies/control/controlled-lab.ts';
import type { Realisation } from '../../../topologies/control/lab-state.ts';
import type { RequestRecord } from '../../../topologies/embedded/http/visit.ts';
import { LiveLab } from '../../../topologies/embedded/live/live-lab.ts';
import { startLab } from '../../../topologies/lab.ts';
import { MininetLab } from '../../../topologies/mininet-lab.ts';
import { ensureDebianPackages, LAB_PACKAGES } from '../../../topologies/prerequisites.ts';
import type { LabSpec } from '../../../topologies/spec.ts';
import type { ListenAddress } from '../../core/config.ts';
import { endpointText } from '../../core/endpoint.ts';
import { CliError, EXIT } from '../exit.ts';
import { print } from '../screen/terminal.ts';

interface RealisationSteps {
  /** Installs the prerequisites. Rejects with `CliError` where they cannot be installed. */
  readonly prepare: () => Promise<void>;
  readonly start: (spec: LabSpec, controller: ListenAddress, system: boolean) => Promise<ControlledLab>;
}

/** How each realisation of a lab is started. */
export const realisations: Readonly<Record<Realisation, RealisationSteps>> = {
  embedded: {
    prepare: async () => {},
    start: async (spec, controller) =>
      new LiveLab(spec, { controller, onRequest: record => record.error && print(missedLine(spec, record)) }),
  },
  mininet: {
    prepare: async () => {
      const problem = await ensureDebianPackages(LAB_PACKAGES, line => print(`setting up: ${line}`));
      if (problem !== undefined) throw new CliError(EXIT.prerequisite, problem);
    },
    start: async (spec, controller, system) => new MininetLab(await startLab(spec, { system, controller, onLog: print })),
  },
};

const REASONS: Readonly<Record<NonNullable<RequestRecord['error']>, string>> = {
  refused: 'connection refused',
  reset: 'connection reset',
  closed: 'connection closed early',
  timeout: 'timeout',
  unreachable: 'no ARP answer',
  aborted: 'aborted by the client',
};

/** A line for people about a request that got no answer. */
function missedLine({ hosts }: LabSpec, { client, localPort, error }: RequestRecord): string {
  const ip = hosts.find(({ name }) => name === client)?.ip ?? client;
  return `${endpointText({ ip, port: localPort })} got no answer${error === undefined ? '' : `: ${REASONS[error]}`}`;
}
