import type { EventsView, LinkView, ServiceView, StatusView, SwitchView } from '../api/shapes.ts';
import type { Config } from '../core/config.ts';
import type { ClockFacts, ControllerFacts } from './facts.ts';
import { openflowHost } from './openflow-target.ts';
import type { World } from './world.ts';

/** Asks the controller about itself, its services, switches and links. What it does not answer is omitted. */
export async function controllerFacts(world: World): Promise<ControllerFacts> {
  const { url } = world;
  const reach = await world.reach();
  if (reach !== 'vipflow') return { url, reach, services: [], switches: [], links: [] };
  const [clock, openflow, services, switches, links] = await Promise.all([
    clockFacts(world),
    openflowFacts(world),
    orNone(world.ask<ServiceView[]>('/services')),
    orNone(world.ask<SwitchView[]>('/switches')),
    orNone(world.ask<LinkView[]>('/links')),
  ]);
  return { url, reach, ...(clock && { clock }), ...(openflow && { openflow }), services, switches, links };
}

/** The controller's clock against ours, on the assumption that it was read half-way between request and answer. */
async function clockFacts(world: World): Promise<ClockFacts | undefined> {
  const askedAt = world.now();
  const status = await world.ask<StatusView>('/status').catch(() => undefined);
  if (status === undefined) return undefined;
  const { startedAt, now, uptimeMs } = status;
  const oursMs = (askedAt + world.now()) / 2;
  const theirsMs = Date.parse(now);
  const jumps = [theirsMs - Date.parse(startedAt) - uptimeMs, await setBackMs(world)];
  return { uptimeMs, skewMs: Math.round(theirsMs - oursMs), jumpMs: Math.round(jumps.find(jump => Math.abs(jump) > 1000) ?? 0) };
}

/** How far the times of the log run backwards somewhere, as a negative number. */
async function setBackMs(world: World): Promise<number> {
  const { items } = await world.ask<EventsView>('/events?since=0').catch(() => ({ items: [] }));
  const times = items.toSorted((a, b) => a.seq - b.seq).map(({ time }) => Date.parse(time));
  return Math.min(0, ...times.map((time, i) => time - (times[i - 1] ?? time)));
}

async function openflowFacts(world: World): Promise<ControllerFacts['openflow']> {
  const config = await world.ask<Config>('/config?format=json').catch(() => undefined);
  const listen = config?.listen?.openflow;
  if (listen === undefined) return undefined;
  const host = openflowHost(listen, world.url);
  return { ...listen, isOpen: listen.port === 0 || (await world.isListening(host, listen.port)) };
}

const orNone = <T>(asked: Promise<T[]>): Promise<T[]> => asked.catch(() => []);
