import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { python } from './prerequisites.ts';
import type { LabHost } from './spec.ts';

/** The command that serves a host's page. */
export function serverProgram(host: LabHost): string[] {
  const http = host.http === undefined ? [] : ['--http', `${host.http}`];
  const udp = host.udp === undefined ? [] : ['--udp', `${host.udp}`];
  return [python(), '-u', script('web.py'), '--page', host.page ?? host.name, ...http, ...udp];
}

/** The command that asks a URL again and again; see mininet/client.py for its arguments. */
export const clientProgram = (args: readonly string[]): string[] => [python(), '-u', script('client.py'), ...args];

/** The Python files lie beside this source, and beside the sources of the package that this was compiled in. */
export function script(name: string): string {
  const here = fileURLToPath(new URL(`./mininet/${name}`, import.meta.url));
  return existsSync(here) ? here : fileURLToPath(new URL(`../../topologies/mininet/${name}`, import.meta.url));
}
