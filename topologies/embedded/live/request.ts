import type { Answer } from '../../control/controlled-lab.ts';
import type { Host } from '../host/host.ts';
import { type RequestRecord, VISIT, Visit } from '../http/visit.ts';
import type { Random } from '../random.ts';

/** A port and a path of a URL of a lab; there are no names in it, addresses only. */
export interface Target {
  readonly ip: string;
  readonly port: number;
  readonly path?: string;
}

/** `http://10.0.0.100/`, also without the scheme; undefined when it is none. */
export function targetOf(url: string): Target | undefined {
  const text = /^\w+:\/\//.test(url) ? url : `http://${url}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, pathname, search } = new URL(text);
  if (protocol !== 'http:' || !/^\d+(\.\d+){3}$/.test(hostname)) return undefined;
  return { ip: hostname, port: Number(port || 80), path: `${pathname}${search}` };
}

/** A host asks a URL over a connection of its own. */
export function visit(host: Host, random: Random, url: string): Promise<RequestRecord> {
  const target = targetOf(url);
  if (target === undefined) throw new RangeError(`${url} is no URL of a lab`);
  return new Promise(resolve => {
    new Visit(host, random, { ...VISIT, ...target }, { record: resolve, done: () => {} });
  });
}

export function answerOf({ status, body, error, start, end }: RequestRecord): Answer {
  const ok = error === undefined && status !== undefined && status < 400;
  return { ok, status: status ?? null, body, ms: end - start, error: error ?? null };
}
