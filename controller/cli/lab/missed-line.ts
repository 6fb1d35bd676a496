import type { RequestRecord } from '../../../topologies/embedded/http/visit.ts';
import type { LabSpec } from '../../../topologies/spec.ts';
import { endpointText } from '../../core/endpoint.ts';

const REASONS: Readonly<Record<NonNullable<RequestRecord['error']>, string>> = {
  refused: 'the connection was refused',
  reset: 'the connection was reset',
  closed: 'the connection was closed too early',
  timeout: 'nothing came in time',
  unreachable: 'nobody has this address',
  aborted: 'the client gave it up',
};

/** A line for people about a request without an answer. */
export function missedLine({ hosts }: LabSpec, { client, localPort, error }: RequestRecord): string {
  const ip = hosts.find(({ name }) => name === client)?.ip ?? client;
  return `${endpointText({ ip, port: localPort })} got no answer: ${error === undefined ? '' : REASONS[error]}`;
}
