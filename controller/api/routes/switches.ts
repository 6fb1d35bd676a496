import { createRoute, z } from '@hono/zod-openapi';
import { OFPG, OFPP, OFPTT } from '../../../openflow/index.ts';
import type { Dpid } from '../../core/dpid.ts';
import { json, refusals } from '../answers.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-context.ts';
import { ProblemError, unknown } from '../problem.ts';
import { flow, host, link, switchShape } from '../shapes.ts';
import type { SwitchRecord } from '../switch-book.ts';
import { flowView } from '../views/flow.ts';
import { hostsView } from '../views/host.ts';
import { switchesView, switchView } from '../views/switch.ts';

const tags = ['network'];
const inSwitch = z.object({
  dpid: z
    .string()
    .openapi({ param: { name: 'dpid', in: 'path' }, description: 'sixteen hexadecimal digits, or the number', example: '1' }),
});

const list = createRoute({
  ...{ method: 'get', path: '/switches', operationId: 'listSwitches', tags, summary: 'every switch, lost ones included' },
  responses: { 200: json(z.array(switchShape), 'in the order in which they came'), ...refusals() },
});
const get = createRoute({
  ...{ method: 'get', path: '/switches/{dpid}', operationId: 'getSwitch', tags, summary: 'one switch' },
  request: { params: inSwitch },
  responses: { 200: json(switchShape, 'the switch'), ...refusals(404) },
});
const flows = createRoute({
  ...{ method: 'get', path: '/switches/{dpid}/flows', operationId: 'listFlows', tags },
  summary: 'the flows that a switch has at this moment',
  request: { params: inSwitch },
  responses: { 200: json(z.array(flow), 'by table and priority, the highest first'), ...refusals(404, 502) },
});
const hosts = createRoute({
  ...{ method: 'get', path: '/hosts', operationId: 'listHosts', tags, summary: 'who is behind which port' },
  responses: { 200: json(z.array(host), 'as each switch sees them'), ...refusals() },
});
const links = createRoute({
  ...{
    method: 'get',
    path: '/links',
    operationId: 'listLinks',
    tags,
    summary: 'links between switches, as far as they are known',
  },
  responses: { 200: json(z.array(link), 'each once'), ...refusals() },
});

const ALL_FLOWS = {
  type: 'multipartRequest',
  kind: 'flow',
  body: { tableId: OFPTT.ALL, outPort: OFPP.ANY, outGroup: OFPG.ANY },
} as const;

export function switchRoutes(api: ApiApp, context: ApiContext): void {
  api.openapi(list, async c => c.json(await switchesView(context), 200));
  api.openapi(get, async c => c.json(await switchView(context, recordOf(context, c.req.valid('param').dpid)), 200));
  api.openapi(flows, async c => {
    const { dpid } = recordOf(context, c.req.valid('param').dpid);
    const { body } = await context.ask(dpid, ALL_FLOWS).catch((error: Error) => {
      throw new ProblemError(502, error.message);
    });
    const views = body.map(installed => flowView(installed, context.app.services));
    return c.json(
      views.sort((a, b) => a.table - b.table || b.priority - a.priority),
      200,
    );
  });
  api.openapi(hosts, c => c.json(hostsView(context.app), 200));
  api.openapi(links, c => c.json(context.app.network.links.list(), 200));
}

/** The switch that is meant by a datapath id, written in full or as people say it. */
function recordOf({ switches }: ApiContext, text: string): SwitchRecord {
  const dpid = /^[0-9a-f]{1,16}$/i.test(text) ? (text.toLowerCase().padStart(16, '0') as Dpid) : undefined;
  const decimal = /^\d{1,15}$/.test(text) ? (Number(text).toString(16).padStart(16, '0') as Dpid) : undefined;
  const found = text.length === 16 ? switches.get(dpid ?? '') : (switches.get(decimal ?? '') ?? switches.get(dpid ?? ''));
  if (found !== undefined) return found;
  throw unknown(
    'switch',
    text,
    switches.list.map(record => record.dpid),
  );
}
