import type { MessageOf } from '../../openflow/index.ts';
import type { InstalledFlow, Switch } from './switch.ts';

/** A switch came or went, learnt something, or a packet of it waits for us. */
export type SwitchEvent =
  | { readonly type: 'ready'; readonly at: Switch; readonly installed: readonly InstalledFlow[]; readonly description: string }
  | { readonly type: 'lost'; readonly at: Switch; readonly reason: string }
  | { readonly type: 'packetIn'; readonly at: Switch; readonly message: MessageOf<'packetIn'> }
  | { readonly type: 'flowRemoved'; readonly at: Switch; readonly message: MessageOf<'flowRemoved'> }
  | { readonly type: 'statistics'; readonly at: Switch; readonly message: MessageOf<'multipartReply'> }
  | { readonly type: 'portStatus'; readonly at: Switch; readonly message: MessageOf<'portStatus'> }
  | { readonly type: 'error'; readonly at: Switch; readonly message: MessageOf<'error'>; readonly explained: string };
