import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Where a controller listens: TCP, or a unix socket. */
export type ControllerAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface Relay {
  /** Connections that are open now. */
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * Listens on the unix socket `path`, the only kind a switch in a sandbox can reach, and carries bytes to and from the
 * controller. A switch whose controller is not there is hung up on at once, so that it tries again by its own rules.
 */
export async function startRelay(path: string, controller: ControllerAddress): Promise<Relay> {
  const open = new Set<Socket>();
  const server = createServer(near => {
    const far = connect(controller);
    const hangUp = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', hangUp);
      socket.on('close', () => {
        open.delete(socket);
        hangUp();
      });
    }
    far.setNoDelay(true);
    // An end of one side becomes the end of the other after the bytes before it: pipe() does that, and back-pressure.
    far.once('connect', () => {
      near.pipe(far);
      far.pipe(near);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    get connections() {
      return open.size / 2;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
