import { z } from '@hono/zod-openapi';
import { OFPG, OFPP, OFPTT } from '../../../openflow/index.ts';
import type { Dpid } from '../../core/dpid.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { errorResponses, json, operations } from '../operation.ts';
import { ProblemError, unknown } from '../problem.ts';
import { flow, host, link, switchShape } from '../shapes.ts';
import type { SwitchRecord } from '../switch-records.ts';
import { flowView } from '../views/flow.ts';
import { hostsView } from '../views/host.ts';
import { switchView } from '../views/switch.ts';

const operation = operations('network');
const inSwitch = z.object({
  dpid: z.string().openapi({ description: 'datapath id: 16 hexadecimal digits, or its number', example: '1' }),
});

const list = operation('get', '/switches', 'listSwitches', {
  summary: 'List all switches of this run, disconnected ones included',
  responses: { 200: json(z.array(switchShape), 'All switches, in the order of their first connection.') },
});
const get = operation('get', '/switches/{dpid}', 'getSwitch', {
  summary: 'Show a switch',
  request: { params: inSwitch },
  responses: { 200: json(switchShape, 'The switch.'), ...errorResponses(404) },
});
const flows = operation('get', '/switches/{dpid}/flows', 'listFlows', {
  summary: 'List the flows that are installed in a switch, read from the switch',
  request: { params: inSwitch },
  responses: { 200: json(z.array(flow), 'The flows, by table and descending priority.'), ...errorResponses(404, 502) },
});
const hosts = operation('get', '/hosts', 'listHosts', {
  summary: 'List hosts with their switch ports',
  responses: { 200: json(z.array(host), 'The hosts, as each switch sees them.') },
});
const links = operation('get', '/links', 'listLinks', {
  summary: 'List the discovered links between switches',
  responses: { 200: json(z.array(link), 'The links, each once.') },
});

const ALL_FLOWS = {
  type: 'multipartRequest',
  kind: 'flow',
  body: { tableId: OFPTT.ALL, outPort: OFPP.ANY, outGroup: OFPG.ANY },
} as const;

export function switchRoutes(api: ApiApp, context: ApiContext): void {
  api.openapi(list, async c => {
    const views = context.switches.list.map(record => switchView(context, record));
    return c.json(await Promise.all(views), 200);
  });
  api.openapi(get, async c => c.json(await switchView(context, recordOf(context, c.req.valid('param').dpid)), 200));
  api.openapi(flows, async c => {
    const { dpid } = recordOf(context, c.req.valid('param').dpid);
    const { body } = await context.ask(dpid, ALL_FLOWS).catch((error: Error) => {
      throw new ProblemError(502, error.message);
    });
    const views = body.map(installed => flowView(installed, context.app.services));
    views.sort((a, b) => a.table - b.table || b.priority - a.priority);
    return c.json(views, 200);
  });
  api.openapi(hosts, c => c.json(hostsView(context.app), 200));
  api.openapi(links, c => c.json(context.app.network.links.list(), 200));
}

/** The switch with a datapath id: 16 hexadecimal digits, fewer of them, or a decimal number. */
function recordOf({ switches }: ApiContext, text: string): SwitchRecord {
  const dpid = /^[0-9a-f]{1,16}$/i.test(text) ? (text.toLowerCase().padStart(16, '0') as Dpid) : undefined;
  const decimal = /^\d{1,15}$/.test(text) ? (Number(text).toString(16).padStart(16, '0') as Dpid) : undefined;
  const found = text.length === 16 ? switches.get(dpid ?? '') : (switches.get(decimal ?? '') ?? switches.get(dpid ?? ''));
  if (found !== undefined) return found;
  const known = switches.list.map(record => record.dpid);
  throw unknown('switch', text, known);
}
