import type { TcpConnection } from '../../../topologies/embedded/tcp/connection.ts';
import type { CloseReason, TcpHandlers } from '../../../topologies/embedded/tcp/stream.ts';

/** What one side of a connection was told, in order. */
export class Listening implements TcpHandlers {
  readonly told: string[] = [];
  readonly #received: Uint8Array[] = [];
  #then: (event: string, connection: TcpConnection) => void;

  /** `then` may answer each event. */
  constructor(then: (event: string, connection: TcpConnection) => void = () => undefined) {
    this.#then = then;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#received);
  }

  get text(): string {
    return this.bytes.toString();
  }

  connected(connection: TcpConnection): void {
    this.#note('connected', connection);
  }

  data(bytes: Uint8Array, connection: TcpConnection): void {
    this.#received.push(bytes);
    this.#then('data', connection);
  }

  end(connection: TcpConnection): void {
    this.#note('end', connection);
  }

  closed(why: CloseReason, connection: TcpConnection): void {
    this.#note(why, connection);
  }

  #note(event: string, connection: TcpConnection): void {
    this.told.push(event);
    this.#then(event, connection);
  }
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Ends its side when the other one has ended. */
export const polite = (event: string, connection: TcpConnection): void => {
  if (event === 'end') connection.end();
};
