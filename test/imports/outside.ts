import type { Permission } from './permissions.ts';

/**
 * Who may touch the outside, and how. A name that ends with `/` is a folder that is the outside by nature. Every file that is not
 * here is pure; a permission that is no longer used has to go from here.
 */
export const OUTSIDE: Readonly<Record<string, readonly Permission[]>> = {
  'openflow/connection.ts': ['library', 'timers'],
  'openflow/connection/clock.ts': ['clock', 'timers'],
  'openflow/server.ts': ['library', 'sockets'],

  'controller/machine-clock.ts': ['clock', 'timers'],
  'controller/core/config/secret.ts': ['files', 'library', 'process'],
  'controller/strategies/user-book.ts': ['library'],
  'controller/strategies/user-strategy.ts': ['code', 'files', 'library'],
  'controller/health/socket-probe.ts': ['sockets', 'timers'],
  'controller/api/access.ts': ['library'],
  'controller/api/config-store.ts': ['files', 'library'],
  'controller/api/dashboard-files.ts': ['files', 'library'],
  'controller/api/http-api.ts': ['sockets'],
  'controller/api/log/sockets.ts': ['sockets'],
  'controller/api/problem.ts': ['library'],
  'controller/api/dashboard/': ['chance', 'clock', 'files', 'library', 'sockets', 'timers'],
  'controller/alerts/command.ts': ['process', 'programs'],
  'controller/alerts/email.ts': ['files', 'sockets'],
  'controller/alerts/http-request.ts': ['sockets'],
  'controller/autoscaling/hook.ts': ['sockets', 'timers'],
  'controller/main.ts': ['chance', 'library', 'timers'],
  'controller/simulation/event-log.ts': ['library'],
  'controller/cli/': ['clock', 'files', 'library', 'machine', 'process', 'programs', 'sockets', 'timers'],

  'topologies/bridge.ts': ['library', 'process', 'timers'],
  'topologies/command.ts': ['machine', 'process', 'programs', 'timers'],
  'topologies/control/': ['files', 'library', 'process', 'sockets'],
  'topologies/embedded/live/commands.ts': ['library'],
  'topologies/embedded/live/live-lab.ts': ['chance'],
  'topologies/embedded/real-clock.ts': ['clock', 'timers'],
  'topologies/embedded/switch/controller-link.ts': ['sockets'],
  'topologies/json-lines.ts': ['library'],
  'topologies/lab.ts': ['files', 'library', 'process', 'timers'],
  'topologies/leftovers.ts': ['files', 'library', 'machine', 'process', 'programs'],
  'topologies/mininet-lab.ts': ['machine'],
  'topologies/namespace.ts': ['files'],
  'topologies/prerequisites.ts': ['files', 'library', 'process', 'programs'],
  'topologies/programs.ts': ['files', 'library'],
  'topologies/relay.ts': ['library', 'sockets', 'timers'],
  'topologies/validation.ts': ['library'],
};

/** The entry that speaks for a file: its own, or its folder's. */
function entryOf(file: string, list: typeof OUTSIDE): string | undefined {
  return file in list ? file : Object.keys(list).find(entry => entry.endsWith('/') && file.startsWith(entry));
}

/** Where what files use and what a list lets them use are not the same. */
export function differences(
  uses: readonly { readonly file: string; readonly permission: Permission; readonly what: string; readonly line: number }[],
  list: typeof OUTSIDE = OUTSIDE,
): string[] {
  const needed = new Set<string>();
  const unlisted: string[] = [];
  for (const { file, permission, what, line } of uses) {
    const entry = entryOf(file, list);
    if (entry !== undefined && list[entry]!.includes(permission)) needed.add(`${entry} ${permission}`);
    else unlisted.push(`${file}:${line} uses ${what} without the permission '${permission}'`);
  }
  const unused = Object.entries(list).flatMap(([entry, permissions]) =>
    permissions
      .filter(permission => !needed.has(`${entry} ${permission}`))
      .map(permission => `${entry} no longer needs the permission '${permission}'`),
  );
  return [...unlisted, ...unused];
}
