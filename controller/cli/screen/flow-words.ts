import { endpointText } from '../../core/endpoint.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Which packets a flow is for, in words: `tcp from 10.0.0.4:40000 to 10.0.0.100:80`. */
export function matchWords(match: Fields): string {
  const { inPort, arpTpa, arpSpa, tcpFlags, ...rest } = match;
  const from = endWords(rest, 'Src') ?? valueText(rest.ethSrc);
  const to = endWords(rest, 'Dst') ?? valueText(rest.ethDst);
  const after = (word: string, text: string | undefined) => (text === undefined ? '' : `${word} ${text}`);
  const words = [
    kindOf(match),
    inPort === undefined ? '' : `in at port ${portText(inPort)}`,
    after('for', valueText(arpTpa)),
    after('as', valueText(arpSpa)),
    after('from', from),
    after('to', to),
    tcpFlags === undefined ? '' : flagWords(tcpFlags),
    ...Object.entries(rest).map(([name, value]) => (COVERED.has(name) ? '' : `${name} ${valueText(value)}`)),
  ];
  return words.filter(word => word !== '').join(' ') || 'every packet';
}

/** An example of what was restored, with the match of a flow in words: `table 1, priority 200: tcp to 10.0.0.100:80`. */
export function restoredWords(example: string): string {
  const [, flow, match] = /^(.*), match (\{.*\})$/.exec(example) ?? [];
  if (flow === undefined || match === undefined) return example;
  try {
    return `${flow}: ${matchWords(JSON.parse(match))}`;
  } catch {
    return example;
  }
}

/** What a flow does with its packets, in words: `to 10.0.0.1:8000, out at port 1`. */
export function actionWords(of: readonly object[], next: number | null): string {
  const actions = of as readonly Fields[];
  const set: Record<string, unknown> = {};
  for (const { type, field } of actions) if (type === 'setField') Object.assign(set, field as object);
  const isAnswer = set.arpOp !== undefined;
  const to = endWords(set, 'Dst') ?? (isAnswer ? undefined : valueText(set.ethDst));
  const from = endWords(set, 'Src') ?? (isAnswer ? undefined : valueText(set.ethSrc));
  const words = [
    isAnswer ? `answer: ${valueText(set.arpSpa)} is at ${valueText(set.ethSrc)}` : '',
    from === undefined || isAnswer ? '' : `as from ${from}`,
    to === undefined || isAnswer ? '' : `to ${to}`,
    ...actions.flatMap(action => ACTION_WORDS[String(action.type)]?.(action) ?? [String(action.type)]),
    next === null ? '' : `on to table ${next}`,
  ].filter(word => word !== '');
  return words.length === 0 ? 'drop' : words.join(', ');
}

/** Fields that the other words cover: those of an end of a packet are printed as one endpoint. */
const COVERED = new Set([
  ...['ipv4Src', 'ipv4Dst', 'ipv6Src', 'ipv6Dst', 'tcpSrc', 'tcpDst', 'udpSrc', 'udpDst', 'ethSrc', 'ethDst'],
  ...['ethType', 'ipProto', 'arpOp'],
]);

/** Of IANA's protocol numbers those that flows match. */
const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmpv6' };

function kindOf({ ethType, ipProto, arpOp }: Fields): string {
  if (ethType === 0x0806) return arpOp === 1 ? 'arp request' : arpOp === 2 ? 'arp reply' : 'arp';
  if (ethType !== 0x0800 && ethType !== 0x86dd) return ethType === undefined ? '' : `ethertype 0x${Number(ethType).toString(16)}`;
  return PROTOCOLS[Number(ipProto)] ?? (ethType === 0x86dd ? 'ipv6' : 'ip');
}

function endWords(fields: Fields, end: 'Src' | 'Dst'): string | undefined {
  const address = valueText(fields[`ipv4${end}`] ?? fields[`ipv6${end}`]);
  const port = fields[`tcp${end}`] ?? fields[`udp${end}`];
  if (address === undefined) return port === undefined ? undefined : `port ${valueText(port)}`;
  return port === undefined ? address : endpointText({ ip: address, port: Number(port) });
}

/** The words of an action by its type; none where the other words cover it. */
const ACTION_WORDS: Readonly<Record<string, (action: Fields) => string[]>> = {
  output: ({ port }) => [placeOf(port)],
  setField: () => [],
  regMove: () => [],
  finTimeout: () => ['expire soon after FIN'],
  group: ({ groupId }) => [`through group ${String(groupId)}`],
};

/** OFPP_* (OpenFlow 1.3.5, 7.2.1). */
const PLACES: Readonly<Record<number, string>> = {
  4294967288: 'back where it came in',
  4294967289: 'through the tables',
  4294967291: 'everywhere',
  4294967292: 'everywhere',
  4294967293: 'to the controller',
  4294967294: 'to the switch itself',
};

function placeOf(port: unknown): string {
  return PLACES[Number(port)] ?? `out at port ${portText(port)}`;
}

const portText = (port: unknown) => (Number(port) === 0xfffffffe ? 'local' : String(port));

/** Of SYN and ACK only those that are asked for: `with SYN without ACK`. */
function flagWords(flags: unknown): string {
  const { value, mask } =
    typeof flags === 'object' && flags !== null
      ? (flags as { value: number; mask: number })
      : { value: Number(flags), mask: 0x1ff };
  const names = FLAGS.filter(([bit]) => mask & bit);
  const on = names.filter(([bit]) => value & bit).map(([, name]) => name);
  const off = names.filter(([bit]) => !(value & bit)).map(([, name]) => name);
  const without = off.length > 0 && mask !== 0x1ff ? ` without ${off.join(' and ')}` : '';
  return `with ${on.join('-') || 'no flag'}${without}`;
}

const FLAGS = [
  [0x02, 'SYN'],
  [0x10, 'ACK'],
  [0x01, 'FIN'],
  [0x04, 'RST'],
  [0x08, 'PSH'],
] as const;

function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  const { value: bare, mask } = value as { value: unknown; mask: unknown };
  return `${String(bare)}/${String(mask)}`;
}
