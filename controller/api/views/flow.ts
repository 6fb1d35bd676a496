import { instructionsText } from '../../../openflow/describe/action-text.ts';
import { matchText } from '../../../openflow/describe/match-text.ts';
import type { ActionInput } from '../../../openflow/index.ts';
import { readCookie } from '../../core/cookie.ts';
import type { InstalledFlow } from '../../core/switch.ts';
import type { Services } from '../../pool/services.ts';
import type { InstalledFlowView } from '../shapes.ts';

/** An installed flow, with the names of its service and server. */
export function flowView(flow: InstalledFlow, services: Services): InstalledFlowView {
  const { tableId, priority, match, instructions, cookie, packetCount, byteCount, durationSec, durationNsec, idleTimeout } = flow;
  const owner = readCookie(cookie);
  const service = services.list.find(({ id }) => id === owner?.service);
  const server = service?.servers.find(({ id }) => id === owner?.server);
  return {
    table: tableId,
    priority,
    match: plainJson(match),
    actions: instructions.flatMap(actionsOf).map(action => plainJson(action)),
    next: instructions.find(one => one.type === 'gotoTable')?.tableId ?? null,
    cookie: `0x${cookie.toString(16)}`,
    owner: owner?.owner ?? null,
    service: service?.name ?? null,
    server: server?.name ?? null,
    packets: Number(packetCount),
    bytes: Number(byteCount),
    ageMs: durationSec * 1000 + Math.floor(durationNsec / 1e6),
    idleTimeoutMs: idleTimeout === 0 ? null : idleTimeout * 1000,
    text: `table=${tableId}, priority=${priority},${matchText(match)} actions=${instructionsText(instructions)}`,
  };
}

function actionsOf(instruction: InstalledFlow['instructions'][number]): readonly ActionInput[] {
  return instruction.type === 'applyActions' || instruction.type === 'writeActions' ? instruction.actions : [];
}

/** A value of the OpenFlow library as JSON has it: big numbers and bytes in hexadecimal. */
function plainJson(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === 'object' && value !== null ? plainJson(value) : value;
}
