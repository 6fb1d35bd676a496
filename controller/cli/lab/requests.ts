import type { Answer, ControlledLab } from '../../../topologies/control/controlled-lab.ts';
import { endpointText } from '../../core/endpoint.ts';
import { print } from '../screen/terminal.ts';

const REQUEST_EVERY_MS = 100;

/** Sends requests from all clients of a lab to its first TCP service, each over a new connection. */
export async function askAll(lab: ControlledLab, requests: number): Promise<{ url: string; answers: readonly Answer[] }> {
  const web = lab.spec.services.find(({ protocol }) => protocol === 'tcp')!;
  const url = new URL(`http://${endpointText({ ip: web.vip, port: web.port })}/`).href; // which leaves out port 80
  const clients = lab.spec.hosts.filter(({ role }) => role === 'client');
  print(`sending ${requests} requests to ${url} from ${clients.map(({ name }) => name).join(' and ')}`);
  const answers = await Promise.all(
    clients.map(({ name }, i) => {
      const count = Math.floor(requests / clients.length) + (i < requests % clients.length ? 1 : 0);
      return count === 0 ? [] : lab.ask(name, url, count, REQUEST_EVERY_MS);
    }),
  );
  return { url, answers: answers.flat() };
}
