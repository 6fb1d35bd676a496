import type { Message, MessageOf, MessageType } from './codec.ts';
import { actionsText, instructionsText } from './describe/action-text.ts';
import { matchText } from './describe/match-text.ts';
import { bitsText, bytesText, hex, pairs, plain, portText, specName, wordOf } from './describe/values.ts';
import { errorName } from './protocol/errors.ts';
import { OFPFC, OFPFF, OFPRR } from './protocol/flows.ts';
import { OFP, OFPR } from './protocol/packets.ts';
import { OFPPC, OFPPR, OFPPS, type Port } from './protocol/ports.ts';

type Texts = { readonly [T in MessageType]?: (message: MessageOf<T>) => string };

/** `key=value` for those that differ from what is usual. */
function unusual(
  fields: readonly (readonly [name: string, value: number | bigint, usual: number | bigint])[],
  sign = '=',
): string[] {
  return fields
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `${name}${sign}${typeof value === 'bigint' ? hex(value) : value}`);
}

const words = (...parts: readonly (string | readonly string[])[]): string =>
  parts
    .flat()
    .filter(part => part !== '')
    .join(' ');
const listed = (...parts: readonly (string | readonly string[])[]): string =>
  parts
    .flat()
    .filter(part => part !== '')
    .join(',');
const bufferText = (bufferId: number): string => (bufferId === OFP.NO_BUFFER ? '(unbuffered)' : `(buffer=${hex(bufferId)})`);

function portDesc(port: Port): string {
  return `${port.portNo}(${port.name}): addr:${port.hwAddr} config:${bitsText(OFPPC, port.config)} state:${bitsText(OFPPS, port.state)}`;
}

const TEXTS: Texts = {
  hello: ({ elements }) =>
    elements
      .map(element =>
        element.type === 'versionBitmap' ? `version bitmap: ${element.bitmaps.map(hex).join(' ')}` : `element ${element.code}`,
      )
      .join(', '),
  error: ({ errType, code, data }) => words(errorName(errType, code), data.length > 0 ? `data=${bytesText(data, 16)}` : ''),
  echoRequest: ({ data }) => `${data.length} bytes of payload`,
  echoReply: ({ data }) => `${data.length} bytes of payload`,
  featuresReply: ({ datapathId, nTables, nBuffers, auxiliaryId, capabilities }) =>
    `dpid:${datapathId.toString(16).padStart(16, '0')} n_tables:${nTables}, n_buffers:${nBuffers}, auxiliary_id:${auxiliaryId} capabilities:${hex(capabilities)}`,
  packetIn: ({ tableId, cookie, totalLen, match, reason, data, bufferId }) =>
    words(
      unusual([
        ['table_id', tableId, 0],
        ['cookie', cookie, 0n],
      ]),
      `total_len=${totalLen}`,
      matchText(match),
      `(via ${wordOf(OFPR, reason)})`,
      `data_len=${data.length}`,
      bufferText(bufferId),
    ),
  packetOut: ({ inPort, actions, data, bufferId }) =>
    words(
      `in_port=${portText(inPort)}`,
      `actions=${actionsText(actions)}`,
      bufferId === OFP.NO_BUFFER ? `data_len=${data.length}` : `buffer=${hex(bufferId)}`,
    ),
  flowMod: message => {
    const { command, tableId, match, flags, instructions, priority } = message;
    const strict = command === OFPFC.ADD || command === OFPFC.MODIFY_STRICT || command === OFPFC.DELETE_STRICT;
    return words(
      specName(wordOf(OFPFC, command)).replace('MODIFY', 'MOD').replace('DELETE', 'DEL'),
      tableId === 0 ? '' : `table:${tableId === 255 ? 'ALL' : tableId}`,
      listed(strict && priority !== 0x8000 ? `priority=${priority}` : '', matchText(match)),
      unusual(
        [
          ['cookie', message.cookie, 0n],
          ['cookie_mask', message.cookieMask, 0n],
          ['idle', message.idleTimeout, 0],
          ['hard', message.hardTimeout, 0],
          ['out_group', message.outGroup, 0xffffffff],
        ],
        ':',
      ),
      message.outPort === 0xffffffff ? '' : `out_port=${portText(message.outPort)}`,
      message.bufferId === OFP.NO_BUFFER ? '' : `buf:${hex(message.bufferId)}`,
      flags === 0 ? '' : bitsText(OFPFF, flags).replaceAll('+', ' '),
      `actions=${instructionsText(instructions)}`,
    );
  },
  flowRemoved: message =>
    words(
      listed(`priority=${message.priority}`, matchText(message.match)),
      `reason=${wordOf(OFPRR, message.reason).replace('_timeout', '')}`,
      unusual([
        ['table_id', message.tableId, 0],
        ['cookie', message.cookie, 0n],
      ]),
      `duration${durationText(message)}`,
      `idle${message.idleTimeout}`,
      `hard${message.hardTimeout}`,
      `pkts${message.packetCount}`,
      `bytes${message.byteCount}`,
    ),
  portStatus: ({ reason, desc }) => `${wordOf(OFPPR, reason).toUpperCase()}: ${portDesc(desc)}`,
  multipartRequest: message => bodyText(message.body),
  multipartReply: message =>
    message.kind === 'flow'
      ? message.body.map(flowText).join('; ')
      : message.kind === 'portDesc'
        ? message.body.map(portDesc).join('; ')
        : bodyText(message.body),
  unknown: ({ code, body }) => `type ${code} ${bytesText(body)}`,
};

function durationText({ durationSec, durationNsec }: { durationSec: number; durationNsec: number }): string {
  return `${durationSec}.${String(Math.floor(durationNsec / 1e6)).padStart(3, '0')}s`;
}

type FlowStats = Extract<MessageOf<'multipartReply'>, { readonly kind: 'flow' }>['body'][number];

function flowText(flow: FlowStats): string {
  return words(
    listed(
      [`cookie=${hex(flow.cookie)}`, `duration=${durationText(flow)}`, `table=${flow.tableId}`, `n_packets=${flow.packetCount}`],
      [`n_bytes=${flow.byteCount}`],
      unusual([
        ['idle_timeout', flow.idleTimeout, 0],
        ['hard_timeout', flow.hardTimeout, 0],
      ]),
      listed(`priority=${flow.priority}`, matchText(flow.match)),
    ),
    `actions=${instructionsText(flow.instructions)}`,
  );
}

function bodyText(body: unknown): string {
  if (Array.isArray(body)) return body.map(plain).join('; ');
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return plain(body);
  return 'match' in body ? words(matchText(body.match as never), pairs(body, ['match'])) : pairs(body);
}

/** A message on one line in the style of `ovs-ofctl ofp-print`, so that a log and its output compare by eye. */
export function describe(message: Message): string {
  const kind = 'kind' in message && typeof message.kind === 'string' ? `OFPST_${specName(message.kind)}` : '';
  const name =
    message.type === 'multipartRequest'
      ? `${kind} request`
      : message.type === 'multipartReply'
        ? `${kind} reply`
        : `OFPT_${specName(message.type)}`;
  const text = TEXTS[message.type] as ((message: Message) => string) | undefined;
  const body = text === undefined ? pairs(message, ['type', 'xid']) : text(message);
  return `${name} (OF1.3) (xid=${hex(message.xid)}):${body === '' ? '' : ` ${body}`}`;
}
