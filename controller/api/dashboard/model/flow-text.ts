import type { FlowView } from '../../../core/events.ts';

type Fields = Readonly<Record<string, unknown>>;

const NAMES: Readonly<Record<string, string>> = {
  ethSrc: 'dl_src',
  ethDst: 'dl_dst',
  ethType: 'dl_type',
  ipProto: 'nw_proto',
  ipv4Src: 'nw_src',
  ipv4Dst: 'nw_dst',
  tcpSrc: 'tp_src',
  tcpDst: 'tp_dst',
  udpSrc: 'tp_src',
  udpDst: 'tp_dst',
};

const PROTOCOLS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp' };
const ETH_TYPE_IPV4 = 0x0800;

/** A connection's flow in the style of `ovs-ofctl`: `table=1, priority=400,tcp,nw_src=10.0.0.4,... actions=set_field:...`. */
export function flowText({ table, priority, match, actions }: FlowView): string {
  const done = actions.map(action => actionText(action as unknown as Fields)).join(',');
  return `table=${table}, priority=${priority},${matchText(match as Fields)} actions=${done === '' ? 'drop' : done}`;
}

function matchText(match: Fields): string {
  const protocol = match.ethType === ETH_TYPE_IPV4 ? (PROTOCOLS[match.ipProto as number] ?? 'ip') : undefined;
  const implied = protocol === undefined ? [] : protocol === 'ip' ? ['ethType'] : ['ethType', 'ipProto'];
  const rest = Object.entries(match).filter(([name]) => !implied.includes(name));
  return [...(protocol === undefined ? [] : [protocol]), ...rest.map(([name, value]) => `${nameOf(name)}=${value}`)].join(',');
}

function actionText({ type, ...rest }: Fields): string {
  if (type === 'setField') {
    const [name, value] = Object.entries(rest.field as Fields)[0]!;
    return `set_field:${value}->${nameOf(name)}`;
  }
  if (type === 'finTimeout') {
    const given = [
      ['idle_timeout', rest.finIdleTimeout],
      ['hard_timeout', rest.finHardTimeout],
    ].filter(([, value]) => value !== 0);
    return `fin_timeout(${given.map(([name, value]) => `${name}=${value}`).join(',')})`;
  }
  if (type === 'output') return `output:${rest.port}`;
  const values = Object.entries(rest).map(([name, value]) => `${snake(name)}=${value}`);
  return values.length === 0 ? snake(String(type)) : `${snake(String(type))}(${values.join(',')})`;
}

function nameOf(field: string): string {
  return NAMES[field] ?? snake(field);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);
}
