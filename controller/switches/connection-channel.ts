import type { Socket } from 'node:net';
import { type Closed, type Connection, type MessageInput, VersionMismatch } from '../../openflow/index.ts';
import type { Channel } from './channel.ts';
import type { Registry } from './registry.ts';
import type { Session } from './session.ts';

/** A connection over a socket, as a channel. */
export class ConnectionChannel implements Channel {
  readonly connection: Connection;
  /** Kept, because a closed socket no longer knows it. */
  readonly address: string;

  constructor(connection: Connection) {
    this.connection = connection;
    const { remoteAddress, remotePort } = connection.socket as Partial<Socket>;
    this.address = remoteAddress === undefined ? 'a local socket' : `${remoteAddress}:${remotePort}`;
  }

  send(message: MessageInput): void {
    this.connection.send(message);
  }

  close(reason: string): void {
    this.connection.close(reason);
  }
}

/** Joins a connection to the registry as soon as its version is agreed. */
export function admit(connection: Connection, registry: Registry<ConnectionChannel>): void {
  const channel = new ConnectionChannel(connection);
  let session: Session | undefined;
  connection.on('ready', () => {
    session = registry.accept(channel);
  });
  connection.on('message', message => session?.receive(message));
  connection.on('close', closed => {
    const reason = sentence(closed);
    if (session === undefined) registry.refuse({ dpid: undefined, address: channel.address, reason });
    else session.closed(reason);
  });
}

/** Why a connection ended, with the remedy where we know one. */
function sentence(reason: Closed): string {
  if (!(reason instanceof VersionMismatch)) return reason.message;
  return `${reason.message}: run \`ovs-vsctl set bridge BRIDGE protocols=OpenFlow13\` on the switch`;
}
