import type { ServerView } from '../../api/shapes.ts';
import { CliError, EXIT } from '../exit.ts';
import { counted, spanText } from '../screen/figures.ts';
import { output, print } from '../screen/terminal.ts';
import type { ControllerClient } from './controller.ts';
import { serverPath } from './resource.ts';

const LOOK_EVERY_MS = 500;

/**
 * Waits until a server, named as `web/server2`, has no connection left; prints the number of connections whenever it changes. Throws
 * `CliError` at the deadline.
 */
export async function waitUntilDrained(
  controller: ControllerClient,
  name: string,
  { deadlineMs, json }: { readonly deadlineMs: number; readonly json: boolean },
): Promise<void> {
  const { resource } = serverPath(name);
  const begin = performance.now();
  let printed = -1;
  for (;;) {
    const { connections, oldestMs } = await controller.get<ServerView>(resource);
    const elapsedMs = Math.round(performance.now() - begin);
    if (json && connections !== printed) output(JSON.stringify({ server: name, connections, oldestMs, elapsedMs }));
    if (connections === 0) {
      if (!json) output(`done: ${name} has no connection left (after ${spanText(elapsedMs)})`);
      return;
    }
    if (elapsedMs >= deadlineMs)
      throw new CliError(
        EXIT.check,
        `${name} still has ${remainingText({ connections, oldestMs })} after ${spanText(deadlineMs)}; it goes on draining.`,
      );
    if (!json && connections !== printed) print(`${name}: ${remainingText({ connections, oldestMs })} left`);
    printed = connections;
    await new Promise(resolve => setTimeout(resolve, Math.min(LOOK_EVERY_MS, deadlineMs - elapsedMs)));
  }
}

/** `2 connections (the oldest 14 s)` */
export function remainingText({ connections, oldestMs }: Pick<ServerView, 'connections' | 'oldestMs'>): string {
  return `${counted(connections, 'connection')}${oldestMs === null ? '' : ` (the oldest ${spanText(oldestMs)})`}`;
}
