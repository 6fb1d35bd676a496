import { expect } from 'vitest';
import { hostOf, Network, open, TICK_MS } from './network.ts';

/** One server that is up. */
export function up(health: Parameters<Network['watch']>[0] = {}, server = hostOf(1, open)): Network {
  const net = new Network().watch(health);
  net.hosts.set(1, server);
  net.pass(TICK_MS);
  expect(net.changes()).toEqual(['s1 up']);
  return net;
}
