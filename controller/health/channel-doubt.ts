import { OFPP } from '../../openflow/index.ts';
import type { Dpid } from '../core/dpid.ts';
import { frameOut } from '../core/flow.ts';
import type { Collected } from './collected.ts';
import { echoFrame } from './echo.ts';
import { ECHO_PATIENCE_MS, type Echoes } from './echoes.ts';
import type { ServerCheck } from './server-check.ts';

/**
 * Whether a server that has not answered may be blamed: `none` it may, `waiting` the channel is asked whether it has brought everything,
 * `dead` nothing can be said of the server.
 */
export function channelDoubt(
  echoes: Echoes<ServerCheck>,
  check: ServerCheck,
  dpid: Dpid,
  found: Collected,
  now: number,
): 'none' | 'waiting' | 'dead' {
  if (check.isChannelSure || now < check.lastAt || !echoes.isAsked(dpid)) return 'none';
  if (check.echo === undefined) {
    const { serial, isNew } = echoes.ask(dpid, check, now);
    check.echo = { serial, until: now + ECHO_PATIENCE_MS };
    if (isNew) found.commands.push(frameOut(dpid, OFPP.CONTROLLER, echoFrame(serial)));
    return 'waiting';
  }
  if (now < check.echo.until) return 'waiting';
  echoes.missed(dpid);
  return echoes.isAble(dpid) ? 'dead' : 'none';
}
