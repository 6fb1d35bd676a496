import type { Message, MessageInput } from '../../../openflow/index.ts';
import type { Datapath } from './datapath.ts';
import type { Effect } from './effect.ts';

/** What a channel gives to the world outside the switch. */
export interface ChannelOptions {
  readonly datapath: Datapath;
  /** The controller's number in the switch, when there are several. */
  readonly id?: number;
  /** Does what the switch wants done: frames to ports, messages to this and to other channels. */
  perform(effects: readonly Effect[]): void;
  now(): number;
}

/** A controller in the same process: plain messages, nothing encoded, nothing waits. */
export class Channel {
  readonly id: number;
  readonly #options: ChannelOptions;
  #receive: (message: Message) => void = () => {};

  constructor(options: ChannelOptions) {
    this.id = options.id ?? 0;
    this.#options = options;
    options.datapath.connect(this.id);
  }

  /** Sends a message to the switch. */
  send(message: MessageInput): void {
    const { datapath, perform, now } = this.#options;
    perform(datapath.handle(message, now(), this.id));
  }

  /** What happens with messages of the switch. */
  onMessage(receive: (message: Message) => void): void {
    this.#receive = receive;
  }

  /** A message of the switch for this controller. */
  deliver(message: Message): void {
    this.#receive(message);
  }

  /** The controller is gone; the flows stay. */
  close(): void {
    this.#options.datapath.disconnect(this.id);
  }
}
