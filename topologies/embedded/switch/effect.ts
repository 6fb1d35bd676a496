import type { Message } from '../../../openflow/index.ts';

/** What a switch does: a frame leaves a port, or a message goes to a controller. */
export type Effect =
  | { readonly type: 'output'; readonly port: number; readonly frame: Uint8Array }
  | { readonly type: 'send'; readonly to: number; readonly message: Message };
