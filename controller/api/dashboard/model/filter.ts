import { endpointText } from '../../../core/endpoint.ts';
import type { Choice } from './journal.ts';

/** What the stream is narrowed to; empty texts let everything through. */
export interface Filter {
  readonly client: string;
  readonly service: string;
  readonly server: string;
}

export const NO_FILTER: Filter = { client: '', service: '', server: '' };

export function isNarrow({ client, service, server }: Filter): boolean {
  return client !== '' || service !== '' || server !== '';
}

/** Whether a choice passes the filter. */
export function passes(choice: Choice, { client, service, server }: Filter): boolean {
  return (
    (service === '' || choice.service === service) &&
    (server === '' || (choice.type !== 'refused' && choice.server.name === server)) &&
    (client === '' || isClient(choice.client, client.trim()))
  );
}

/** A client matches the beginning of its address, or of its endpoint: `10.0.0.4:51034`, `[2001:db8::4]:51034`. */
function isClient(client: Choice['client'], text: string): boolean {
  return client.ip.startsWith(text) || endpointText(client).startsWith(text);
}
