import { z } from 'zod';
import { ip, name, port } from './fields.ts';

/**
 * What an operator wants of a server: `ready` takes connections, `drain` keeps those it has, `maintenance` has none, `standby`
 * is a spare. Whether it lives is another matter.
 */
export const SERVER_STATES = ['ready', 'drain', 'maintenance', 'standby'] as const;
export type ServerState = (typeof SERVER_STATES)[number];

/** The largest weight; as in HAProxy 256 are enough to say 0.4 %, and 1000 leave room. */
export const MAX_WEIGHT = 1000;

export const server = z.strictObject({
  name: name.describe('name in the log'),
  ip: ip.describe('address in the data network'),
  port: port.optional().describe("port it listens on; the service's unless given"),
  weight: z.int().min(1).max(MAX_WEIGHT).default(1).describe('share of new connections, for strategies that use weights'),
  state: z
    .enum(SERVER_STATES)
    .default('ready')
    .describe('`drain` keeps its connections and takes none new, `maintenance` has none, `standby` is a spare'),
});
