import type { Dpid } from '../core/dpid.ts';
import { entryOf } from '../core/entry-of.ts';
import type { Rates } from '../network/port-rates.ts';
import type { Services } from './services.ts';

/** What passes through a server's port is its load; servers behind one port share it. */
export function notePortLoads(services: Services, dpid: Dpid, rateOf: (port: number) => Rates): void {
  const here = [...services.members.values()].filter(({ server: { place } }) => place?.dpid === dpid);
  const sharing = new Map<number, Set<string>>();
  for (const { server } of here) entryOf(sharing, server.place!.port, () => new Set()).add(server.config.ip);
  for (const { service, server } of here) {
    const { port } = server.place!;
    const { rx, tx } = rateOf(port);
    server.bytesPerSecond = (rx + tx) / sharing.get(port)!.size;
    service.changed(server);
  }
}
