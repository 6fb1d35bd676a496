import type { ControlledLab } from '../../../topologies/control/controlled-lab.ts';
import { endpointText } from '../../core/endpoint.ts';
import { CliError, EXIT } from '../exit.ts';
import { barChart } from '../screen/bar-chart.ts';
import { print, screen } from '../screen/terminal.ts';

const REQUEST_EVERY_MS = 100;

/**
 * Sends requests from all clients of a lab to its first TCP service, each over a new connection; prints the answers of each server as a
 * chart. A request without an answer is an error where they are all there is to do (`once`).
 */
export async function request(lab: ControlledLab, requests: number, once: boolean): Promise<void> {
  const { services, hosts } = lab.spec;
  const web = services.find(({ protocol }) => protocol === 'tcp')!;
  const url = new URL(`http://${endpointText({ ip: web.vip, port: web.port })}/`).href; // which leaves out port 80
  const clients = hosts.filter(({ role }) => role === 'client');
  print(`sending ${requests} requests to ${url} from ${clients.map(({ name }) => name).join(' and ')}`);
  const asked = clients.map(({ name }, i) => {
    const count = Math.floor(requests / clients.length) + (i < requests % clients.length ? 1 : 0);
    return count === 0 ? [] : lab.ask(name, url, count, REQUEST_EVERY_MS);
  });
  const answers = (await Promise.all(asked)).flat();
  const failed = answers.filter(({ ok }) => !ok);
  const pages = new Map(hosts.filter(({ role }) => role === 'server').map(({ page, name }) => [page ?? name, 0]));
  for (const { body } of answers.filter(({ ok }) => ok)) pages.set(body, (pages.get(body) ?? 0) + 1);
  const slowest = Math.round(Math.max(0, ...answers.map(({ ms }) => ms)));
  const answered = `${answers.length - failed.length} of ${answers.length} requests answered, the slowest in ${slowest} ms`;
  process.stdout.write(`\n${answered}\n${barChart(pages, screen)}\n\n`);
  if (failed.length === 0) return;
  const reasons = [...new Set(failed.map(({ error, status }) => error ?? `HTTP ${status}`))].join('; ');
  const sentence = `${failed.length} of ${answers.length} requests to ${url} got no answer: ${reasons}.`;
  if (once) throw new CliError(EXIT.check, sentence);
  print(sentence);
}
