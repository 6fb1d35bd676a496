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

/** Whether a choice is to be seen. A client is found by the beginning of `10.0.0.4:51034`, so an address alone will do. */
export function passes(choice: Choice, { client, service, server }: Filter): boolean {
  return (
    (service === '' || choice.service === service) &&
    (server === '' || (choice.type !== 'refused' && choice.server.name === server)) &&
    (client === '' || `${choice.client.ip}:${choice.client.port}`.startsWith(client.trim()))
  );
}
