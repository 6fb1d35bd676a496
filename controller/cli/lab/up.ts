import { type LabName, labs } from '../../../topologies/catalogue.ts';
import type { Realisation } from '../../../topologies/control/lab-state.ts';
import type { LabSpec } from '../../../topologies/spec.ts';
import type { ListenAddress } from '../../core/config.ts';
import { ConfigError } from '../../core/config-error.ts';
import { ConfigDocument } from '../../core/config-file.ts';
import { sentence, unknownText } from '../argument.ts';
import { CliError, EXIT } from '../exit.ts';
import { vocabulary } from '../files/config.ts';
import { print } from '../screen/terminal.ts';
import { stopSignal } from '../stop-signal.ts';
import { LabLifecycle } from './lifecycle.ts';
import { realisations } from './realisations.ts';

export interface UpOptions {
  on: Realisation;
  requests: number;
  load?: number;
  once?: boolean;
  system?: boolean;
  controller?: ListenAddress;
  openflow: string;
  http: string;
}

/** Requests per second of the clients of an embedded lab: slow enough to read along. */
const LOAD = 2;

/** Builds a lab and keeps it until a signal stops it. Rejects with `CliError` or `LabError`. */
export async function labUp(name: string, options: UpOptions): Promise<void> {
  const spec = specOf(name);
  const document = configOf(spec, options);
  const { on, once = false, system = false, requests, load = LOAD, controller } = options;
  if (system && on !== 'mininet') throw new CliError(EXIT.usage, 'The option --system requires --on mininet.');
  if (options.load !== undefined && on !== 'embedded')
    throw new CliError(EXIT.usage, 'The option --load requires --on embedded; on Mininet use --requests.');
  const { prepare, start } = realisations[on];
  await prepare();
  const stopped = stopSignal();
  stopped.then(() => print('stopping the lab'));
  const realise = (address: ListenAddress) => start(spec, address, system);
  const lab = new LabLifecycle(spec, document, { once, requests, load, controller, realise });
  try {
    const isDone = await Promise.race([lab.run(stopped).then(() => true), stopped.then(() => false)]);
    if (!isDone && once) throw new CliError(EXIT.check, 'Stopped before all requests were answered.');
  } finally {
    await lab.stop();
  }
}

function specOf(name: string): LabSpec {
  const spec: LabSpec | undefined = Object.hasOwn(labs, name) ? labs[name as LabName] : undefined;
  if (spec !== undefined) return spec;
  throw new CliError(EXIT.usage, sentence(unknownText('topology', name, Object.keys(labs))));
}

function configOf({ services }: LabSpec, { openflow, http }: UpOptions): ConfigDocument {
  try {
    return ConfigDocument.of({ listen: { openflow, http }, services }, vocabulary);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { path, message } = error.problems[0]!;
    throw new CliError(EXIT.usage, `Invalid value for --${path.endsWith('http') ? 'http' : 'openflow'}: ${message}.`);
  }
}
