import type { ErrorMessage, FlowRemoved, PacketIn, PortStatus } from '../../openflow/index.ts';
import type { InstalledFlow, Switch } from './switch.ts';

/** A switch came or went, learnt something, or a packet of it waits for us. */
export type SwitchEvent =
  | { readonly type: 'ready'; readonly at: Switch; readonly installed: readonly InstalledFlow[]; readonly description: string }
  | { readonly type: 'lost'; readonly at: Switch; readonly reason: string }
  | { readonly type: 'packetIn'; readonly at: Switch; readonly message: PacketIn }
  | { readonly type: 'flowRemoved'; readonly at: Switch; readonly message: FlowRemoved }
  | { readonly type: 'portStatus'; readonly at: Switch; readonly message: PortStatus }
  | { readonly type: 'error'; readonly at: Switch; readonly message: ErrorMessage; readonly explained: string };
