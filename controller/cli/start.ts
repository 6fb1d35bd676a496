import type { Config } from '../core/config.ts';
import type { ConfigDocument } from '../core/config-file.ts';
import type { LogEntry } from '../core/events.ts';
import { type Controller, ListenError, startController } from '../main.ts';
import { addressText } from './argument.ts';
import { CliError, EXIT } from './exit.ts';
import { version } from './self.ts';

const LISTENERS = { openflow: 'OpenFlow', http: 'the dashboard, REST and the log' } as const;

/**
 * Starts the controller. `settingOf` gives the name of the setting or option of a listener, for errors; `configFile` is the file that
 * `config save` writes. Rejects with `CliError` where it cannot listen.
 */
export async function startOrExplain(
  document: ConfigDocument,
  onEntry: (entry: LogEntry) => void,
  settingOf: (listener: keyof Config['listen']) => string,
  configFile?: string,
): Promise<Controller> {
  try {
    return await startController(document, { onEntry, version, ...(configFile !== undefined && { configFile }) });
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const { host, port } = document.config.listen[error.listener];
    const [what, setting] = [LISTENERS[error.listener], settingOf(error.listener)];
    const where = `${addressText({ host, port })} for ${what}`;
    const unresolved = `This machine cannot resolve the name ${host} for ${what}: set ${setting} to one of its IP addresses.`;
    const sentences: Readonly<Record<string, string>> = {
      EADDRINUSE: `Port ${port} for ${what} is in use by another program: stop it, or set ${setting} to another port.`,
      EACCES: `${where} needs root: set ${setting} to a port above 1023, or run as root.`,
      EADDRNOTAVAIL: `${where} is not an address of this machine: set ${setting} to one that is.`,
      ENOTFOUND: unresolved,
      EAI_AGAIN: unresolved,
    };
    const sentence = sentences[(error.cause as NodeJS.ErrnoException).code ?? ''];
    throw sentence === undefined ? error.cause : new CliError(EXIT.prerequisite, sentence);
  }
}

/** Where a controller listens, for people. */
export function listening({ listen }: Config, { openflowPort, httpPort }: Controller): string {
  const openflow = addressText({ ...listen.openflow, port: openflowPort });
  const http = addressText({ ...listen.http, port: httpPort });
  return `listening for switches on ${openflow}; dashboard at http://${http}`;
}
