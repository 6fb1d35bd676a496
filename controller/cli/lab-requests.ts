import type { Lab } from '../../topologies/lab.ts';
import { clientProgram } from '../../topologies/programs.ts';

const REQUEST_INTERVAL_SEC = 0.1;
/** A client gives up on a request after 5 s; and it needs a moment to start. */
const REQUEST_MS = 6_000;
const CLIENT_START_MS = 10_000;

/** One answer, as topologies/mininet/client.py prints it. */
export interface Answer {
  readonly ok: boolean;
  readonly status: number | null;
  readonly body: string;
  readonly ms: number;
  readonly error: string | null;
}

/** All clients of a lab ask for its first TCP service, each request over a new connection, as the report's client does. */
export async function askAll(
  lab: Lab,
  requests: number,
  say: (line: string) => void,
): Promise<{ url: string; answers: readonly Answer[] }> {
  const web = lab.spec.services.find(({ protocol }) => protocol === 'tcp')!;
  const url = `http://${web.vip}${web.port === 80 ? '' : `:${web.port}`}/`;
  const clients = lab.spec.hosts.filter(({ role }) => role === 'client');
  say(`${requests} requests to ${url} from ${clients.map(({ name }) => name).join(' and ')}`);
  const answers = await Promise.all(
    clients.map(({ name }, i) => {
      const count = Math.floor(requests / clients.length) + (i < requests % clients.length ? 1 : 0);
      return count === 0 ? [] : ask(lab, name, url, count);
    }),
  );
  return { url, answers: answers.flat() };
}

async function ask(lab: Lab, host: string, url: string, count: number): Promise<Answer[]> {
  const argv = clientProgram([url, '--count', String(count), '--interval', String(REQUEST_INTERVAL_SEC)]);
  const { stdout } = await lab.exec(host, argv, { timeoutMs: CLIENT_START_MS + count * REQUEST_MS });
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Answer);
}
