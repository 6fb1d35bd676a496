import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Where a controller listens: TCP, or a unix socket. */
export type ControllerAddress = { readonly host: string; readonly port: number } | { readonly path: string };

export interface Relay {
  /** Connections that are open now. */
  readonly connections: number;
  close(): Promise<void>;
}

/** What a switch says first is at most this long; when it says more, both hellos have been taken. */
const HELLO_LENGTH = 16;

/** OpenFlow 1.3: a hello, and an echo request whose answer shows that the hello was taken. */
const GREETING = Buffer.from('0400000800000001' + '0402000800000002', 'hex');
const GREETING_TIMEOUT_MS = 3000;

/**
 * Listens on the unix socket `path`, the only kind a switch in a sandbox can reach, and carries bytes to and from the
 * controller. A switch whose controller is not there is hung up on, so that it tries again by its own rules.
 *
 * Open vSwitch takes its settings for these tries only while it is connected. So `onConnected` is called, and awaited
 * where it matters, whenever a switch has just been connected; and as long as there has been no controller at all, the
 * relay greets each new caller itself, once for each of `switches`, before it hangs up.
 */
export async function startRelay(
  path: string,
  controller: ControllerAddress,
  { switches = 0, onConnected = async () => {} }: { switches?: number; onConnected?: () => Promise<void> } = {},
): Promise<Relay> {
  const open = new Set<Socket>();
  let greetings = switches;

  const server = createServer(near => {
    const far = connect(controller);
    const hangUp = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    near.on('error', hangUp);
    near.on('close', hangUp);
    far.on('error', () => {
      if (greetings > 0 && !near.destroyed) {
        greetings--;
        greet(near, onConnected).finally(hangUp);
      } else hangUp();
    });
    far.setNoDelay(true);
    // An end of one side becomes the end of the other after the bytes before it: pipe() does that, and back-pressure.
    far.once('connect', () => {
      greetings = 0;
      far.on('close', hangUp);
      near.pipe(far);
      far.pipe(near);
      onceConnected(near, onConnected);
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

/** Plays the controller to a switch just long enough for `onConnected`. */
async function greet(near: Socket, onConnected: () => Promise<void>): Promise<void> {
  near.write(GREETING);
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, GREETING_TIMEOUT_MS);
    near.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    onceConnected(near, async () => {
      await onConnected();
      resolve();
    });
  });
}

function onceConnected(near: Socket, then: () => Promise<void>): void {
  const look = () => {
    if (near.bytesRead <= HELLO_LENGTH) return;
    near.off('data', look);
    then().catch(() => {}); // the lab ended meanwhile
  };
  near.on('data', look);
}
