import type { RequestRecord } from '../../../topologies/embedded/http/visit.ts';
import type { LabSpec } from '../../../topologies/spec.ts';
import { endpointText } from '../../core/endpoint.ts';

const REASONS: Readonly<Record<NonNullable<RequestRecord['error']>, string>> = {
  refused: 'connection refused',
  reset: 'connection reset',
  closed: 'connection closed early',
  timeout: 'timeout',
  unreachable: 'no ARP answer',
  aborted: 'aborted by the client',
};

/** A line for people about a request that got no answer. */
export function missedLine({ hosts }: LabSpec, { client, localPort, error }: RequestRecord): string {
  const ip = hosts.find(({ name }) => name === client)?.ip ?? client;
  return `${endpointText({ ip, port: localPort })} got no answer${error === undefined ? '' : `: ${REASONS[error]}`}`;
}
