import type { Message, MessageOf, MessageType } from './codec.ts';
import { actionsText, instructionsText } from './describe/action-text.ts';
import { matchText } from './describe/match-text.ts';
import { bitsText, bytesText, hex, pairs, plain, portText, specName, wordOf } from './describe/values.ts';
import { errorName } from './protocol/errors.ts';
import { OFPFC, OFPFF, OFPRR } from './protocol/flows.ts';
import { MESSAGE_VENDORS } from './protocol/messages.ts';
import { NICIRA, ONF } from './protocol/nxm.ts';
import { OFP, OFPR } from './protocol/packets.ts';
import { OFPPC, OFPPR, OFPPS, type Port } from './protocol/ports.ts';
import { OFPCR_ROLE } from './protocol/roles.ts';
import { OFPC_FRAG } from './protocol/switch.ts';

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
    const deletes = command === OFPFC.DELETE || command === OFPFC.DELETE_STRICT; // for others it says nothing (7.3.4.1)
    return words(
      specName(wordOf(OFPFC, command)).replace('MODIFY', 'MOD').replace('DELETE', 'DEL'),
      tableId === 0 ? '' : `table:${tableId}`,
      listed(strict && priority !== 0x8000 ? `priority=${priority}` : '', matchText(match)),
      unusual(
        [
          ['cookie', message.cookie, 0n],
          ['cookie_mask', message.cookieMask, 0n],
          ['idle', message.idleTimeout, 0],
          ['hard', message.hardTimeout, 0],
          ['out_group', deletes ? message.outGroup : 0xffffffff, 0xffffffff],
        ],
        ':',
      ),
      message.outPort === 0xffffffff ? '' : `out_port:${portText(message.outPort)}`,
      message.bufferId === OFP.NO_BUFFER ? '' : `buf:${hex(message.bufferId)}`,
      flags === 0 ? '' : bitsText(OFPFF, flags).replaceAll('+', ' '),
      `actions=${instructionsText(instructions)}`,
    );
  },
  flowRemoved: message =>
    words(
      listed(`priority=${message.priority}`, matchText(message.match)),
      `reason=${wordOf(OFPRR, message.reason).replace('_timeout', '')}`,
      unusual([['table_id', message.tableId, 0]]),
      message.cookie === 0n ? '' : `cookie:${hex(message.cookie)}`,
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
  getConfigReply: configText,
  setConfig: configText,
  roleRequest: roleText,
  roleReply: roleText,
  unknown: ({ code, body }) => `type ${code} ${bytesText(body)}`,
};

function configText({ flags, missSendLen }: { flags: number; missSendLen: number }): string {
  return `frags=${wordOf(OFPC_FRAG, flags)} miss_send_len=${missSendLen}`;
}

function roleText({ role, generationId }: { role: number; generationId: bigint }): string {
  return `role=${wordOf(OFPCR_ROLE, role)}${role === OFPCR_ROLE.NOCHANGE ? '' : ` generation_id=${generationId}`}`;
}

/** What a request asks for when it asks for everything. */
const EVERYTHING: Readonly<Record<string, number | bigint>> = {
  tableId: 255,
  outPort: 0xffffffff,
  outGroup: 0xffffffff,
  cookie: 0n,
  cookieMask: 0n,
};

function durationText({ durationSec, durationNsec }: { durationSec: number; durationNsec: number }): string {
  const fraction = String(durationNsec).padStart(9, '0');
  return `${durationSec}.${fraction.slice(0, 3)}${fraction.slice(3).replace(/0+$/, '')}s`;
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
  if (Array.isArray(body)) return body.map(item => plain(item)).join('; ');
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return plain(body);
  if (!('match' in body)) return pairs(body, [], ' ');
  const usual = Object.entries(body).flatMap(([name, value]) => (EVERYTHING[name] === value ? [name] : []));
  return words(pairs(body, ['match', ...usual], ' '), matchText(body.match as never));
}

/** Which prefix the names of an experimenter's messages have. */
const PREFIXES: Readonly<Record<number, string>> = { [ONF]: 'ONFT', [NICIRA]: 'NXT' };
const EXTENSIONS: ReadonlyMap<string, string> = new Map(
  MESSAGE_VENDORS.flatMap(({ experimenter, entries }) =>
    Object.keys(entries).map(name => [name, PREFIXES[experimenter]!] as const),
  ),
);

function nameOf(message: Message): string {
  if (message.type !== 'multipartRequest' && message.type !== 'multipartReply') {
    return `${EXTENSIONS.get(message.type) ?? 'OFPT'}_${specName(message.type.replace(/^nx/, ''))}`;
  }
  const kind = message.kind === 'portStats' ? 'PORT' : specName(message.kind);
  return `${message.kind === 'flowMonitor' ? 'ONFST' : 'OFPST'}_${kind} ${message.type === 'multipartRequest' ? 'request' : 'reply'}`;
}

/** A message on one line in the style of `ovs-ofctl ofp-print`, so that a log and its output compare by eye. */
export function describe(message: Message): string {
  const text = TEXTS[message.type] as ((message: Message) => string) | undefined;
  const body = text === undefined ? pairs(message, ['type', 'xid'], ' ') : text(message);
  return `${nameOf(message)} (OF1.3) (xid=${hex(message.xid)}):${body === '' ? '' : ` ${body}`}`;
}
