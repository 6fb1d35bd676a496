import type { MessageOf } from '../../openflow/index.ts';
import type { Dpid } from './dpid.ts';
import type { Installed, Switch } from './switch.ts';

/** A switch came or went, learnt something, answered, or a packet of it waits for us. */
export type SwitchEvent =
  | { readonly type: 'ready'; readonly at: Switch; readonly installed: Installed }
  | { readonly type: 'lost'; readonly dpid: Dpid; readonly reason: string }
  | { readonly type: 'packetIn'; readonly dpid: Dpid; readonly message: MessageOf<'packetIn'> }
  | { readonly type: 'flowRemoved'; readonly dpid: Dpid; readonly message: MessageOf<'flowRemoved'> }
  | { readonly type: 'portStatus'; readonly dpid: Dpid; readonly message: MessageOf<'portStatus'> }
  /** A part of an answer to a question of a decider. */
  | { readonly type: 'reply'; readonly dpid: Dpid; readonly message: MessageOf<'multipartReply'> }
  | { readonly type: 'error'; readonly dpid: Dpid; readonly message: MessageOf<'error'>; readonly explained: string };
