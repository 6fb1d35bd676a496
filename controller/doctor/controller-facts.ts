import type { EventsView, LinkView, ServerView, ServiceView, StatusView, SwitchView } from '../api/shapes.ts';
import type { Config, ListenAddress } from '../core/config.ts';
import { openflowHost } from './openflow-target.ts';
import type { Reach, World } from './world.ts';

export type ServerFacts = Pick<ServerView, 'name' | 'ip' | 'state' | 'health' | 'reason' | 'location'>;
type ServiceFacts = Pick<ServiceView, 'name' | 'vip'> & { readonly servers: readonly ServerFacts[] };

export interface ControllerFacts {
  readonly url: string;
  readonly reach: Reach;
  /** Where switches connect, and whether something listens there; undefined where the controller does not answer. */
  readonly openflow?: ListenAddress & { readonly isOpen: boolean };
  readonly clock?: NonNullable<Awaited<ReturnType<typeof clockFacts>>>;
  readonly services: readonly ServiceFacts[];
  readonly switches: readonly Pick<SwitchView, 'dpid' | 'address' | 'connected'>[];
  readonly links: readonly LinkView[];
}

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
async function clockFacts(world: World) {
  const askedAt = world.now();
  const status = await world.ask<StatusView>('/status').catch(() => undefined);
  if (status === undefined) return undefined;
  const { startedAt, now, uptimeMs } = status;
  const oursMs = (askedAt + world.now()) / 2;
  const theirsMs = Date.parse(now);
  const jumps = [theirsMs - Date.parse(startedAt) - uptimeMs, await setBackMs(world)];
  return {
    uptimeMs,
    /** The controller's time minus ours, in milliseconds, corrected by half of the round trip. */
    skewMs: Math.round(theirsMs - oursMs),
    /** How far its wall clock moved against its monotonic clock since it started, in milliseconds. */
    jumpMs: Math.round(jumps.find(jump => Math.abs(jump) > 1000) ?? 0),
  };
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
