import { z } from 'zod';
import { int, ip, name, port } from './fields.ts';

/**
 * The administrative state of a server: `ready` takes connections, `drain` keeps those it has, `maintenance` has none, `standby`
 * is a spare. Its health is independent of it.
 */
export const SERVER_STATES = ['ready', 'drain', 'maintenance', 'standby'] as const;
export type ServerState = (typeof SERVER_STATES)[number];

/** The largest weight: HAProxy's 256 express steps of 0.4 %, 1000 leave room. */
export const MAX_WEIGHT = 1000;

export const server = z.strictObject({
  name: name.describe('name of the server'),
  ip: ip.describe('address in the data network'),
  port: port.optional().describe("port of the server; by default the service's"),
  weight: int(1, MAX_WEIGHT)
    .default(1)
    .describe('share of new connections relative to the other servers, for strategies that use weights'),
  state: z
    .enum(SERVER_STATES)
    .default('ready')
    .describe(
      'administrative state: `ready` takes new connections, `drain` only keeps its connections, `maintenance` has none, `standby` is a spare',
    ),
});
