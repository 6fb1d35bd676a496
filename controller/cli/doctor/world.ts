import { connect } from 'node:net';
import type { StatusView } from '../../api/shapes.ts';
import { hostOf } from '../../doctor/openflow-target.ts';
import type { Reach, World } from '../../doctor/world.ts';
import { type ControllerClient, RefusedError } from '../client/controller.ts';
import { CliError, EXIT } from '../exit.ts';

/** The longest wait for one command. */
export const COMMAND_MS = 15_000;
const LISTEN_MS = 1500;

/** Where commands run and which hosts can be examined; the rest of a doctor's world is the same everywhere. */
export type Place = Pick<World, 'run' | 'hosts'>;

export function doctorWorld(client: ControllerClient, place: Place): World {
  return {
    ...place,
    nodeVersion: process.versions.node,
    url: client.base,
    reach: () => reachOf(client),
    ask: path => client.get(path),
    isListening,
    now: Date.now,
    sleep: ms => new Promise(resolve => setTimeout(resolve, ms)),
  };
}

async function reachOf(client: ControllerClient): Promise<Reach> {
  try {
    await client.get<StatusView>('/status');
    return 'vipflow';
  } catch (error) {
    if (error instanceof RefusedError) return error.exitCode === EXIT.prerequisite ? 'refused' : 'other';
    if (error instanceof CliError && error.exitCode === EXIT.error) return 'other';
    const { port } = new URL(client.base);
    return (await isListening(hostOf(client.base), Number(port || 80))) ? 'other' : 'none';
  }
}

function isListening(host: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host, port, timeout: LISTEN_MS });
    const done = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket
      .on('connect', () => done(true))
      .on('timeout', () => done(false))
      .on('error', () => done(false));
  });
}
