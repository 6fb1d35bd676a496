import { type LabName, labs } from '../../../topologies/catalogue.ts';
import type { Realisation } from '../../../topologies/control/lab-state.ts';
import type { LabSpec } from '../../../topologies/spec.ts';
import { ConfigError } from '../../core/config-error.ts';
import { ConfigDocument } from '../../core/config-file.ts';
import { nearest } from '../../core/nearest.ts';
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
  controller?: { host: string; port: number };
  openflow: string;
  http: string;
}

/** Requests a second of an embedded lab's clients: one can still read along. */
const LOAD = 2;

/** Builds a lab and holds it until it is to end. */
export async function labUp(name: string, options: UpOptions): Promise<void> {
  const spec = specOf(name);
  const document = configOf(spec, options);
  const { on, once = false, system = false, requests, load = LOAD, controller } = options;
  if (system && on !== 'mininet') throw new CliError(EXIT.usage, `--system is for labs on Open vSwitch: use --on mininet.`);
  if (options.load !== undefined && on !== 'embedded')
    throw new CliError(EXIT.usage, '--load is for embedded labs: use --on embedded, or --requests.');
  const { prepare, start } = realisations[on];
  await prepare();
  const stopped = stopSignal();
  stopped.then(() => print('ending the lab'));
  const lab = new LabLifecycle(spec, document, { once, requests, load, controller, realise: start({ system }) });
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
  const near = nearest(name, Object.keys(labs));
  throw new CliError(
    EXIT.usage,
    `There is no topology "${name}"${near ? `; did you mean "${near}"?` : `: there are ${Object.keys(labs).join(', ')}.`}`,
  );
}

function configOf({ services }: LabSpec, { openflow, http }: UpOptions): ConfigDocument {
  try {
    return ConfigDocument.of({ listen: { openflow, http }, services }, vocabulary);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { path, message } = error.problems[0]!;
    throw new CliError(EXIT.usage, `--${path.endsWith('http') ? 'http' : 'openflow'}: ${message}.`);
  }
}
