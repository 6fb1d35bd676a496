import type { Config } from '../core/config.ts';
import type { ConfigDocument } from '../core/config-file.ts';
import { endpointText } from '../core/endpoint.ts';
import type { LogEntry } from '../core/events.ts';
import { type Controller, ListenError, startController } from '../main.ts';
import { CliError, EXIT } from './exit.ts';
import { version } from './self.ts';

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
    const what = error.listener === 'openflow' ? 'OpenFlow' : 'the dashboard, REST and the log';
    throw listenError(error.cause, what, document.config.listen[error.listener], settingOf(error.listener));
  }
}

/** Where a controller listens, for people. */
export function listening({ listen }: Config, { openflowPort, httpPort }: Controller): string {
  const openflow = endpointText({ ip: listen.openflow.host, port: openflowPort });
  const http = endpointText({ ip: listen.http.host, port: httpPort });
  return `listening for switches on ${openflow}; dashboard at http://${http}`;
}

/** A `CliError` for a listener that could not bind; any other error as it is. */
function listenError(error: unknown, what: string, address: { host: string; port: number }, setting: string): unknown {
  const where = endpointText({ ip: address.host, port: address.port });
  const unresolved = `This machine cannot resolve the name ${address.host} for ${what}: set ${setting} to one of its IP addresses.`;
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${address.port} for ${what} is in use by another program: stop it, or set ${setting} to another port.`,
    EACCES: `${where} for ${what} needs root: set ${setting} to a port above 1023, or run as root.`,
    EADDRNOTAVAIL: `${where} for ${what} is not an address of this machine: set ${setting} to one that is.`,
    ENOTFOUND: unresolved,
    EAI_AGAIN: unresolved,
  };
  const sentence = sentences[(error as NodeJS.ErrnoException).code ?? ''];
  return sentence === undefined ? error : new CliError(EXIT.prerequisite, sentence);
}
