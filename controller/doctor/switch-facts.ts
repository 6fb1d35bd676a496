import { parseFlows } from './flow-text.ts';
import { listOf } from './host-facts.ts';
import { Row } from './ovsdb.ts';
import { type Output, stdoutOf, type World } from './world.ts';

/** Every version that Open vSwitch speaks, because a bridge without 1.3 is examined, too. */
const ANY_VERSION = ['-O', 'OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14'] as const;
const DEFAULT_DATAPATH = 'system';
/** Of Open vSwitch's database, besides its bridges. */
const TABLES = ['controller', 'port', 'interface', 'flow_table'];

export interface SwitchQuestion {
  /** The bridges to examine; empty: those that have a controller, or all when none has. */
  readonly names: readonly string[];
  /** Whether a missing Open vSwitch is a fault: the user named it; otherwise the switch may be on another machine. */
  readonly isWanted: boolean;
}

export type OpenVswitchFacts = Awaited<ReturnType<typeof switchFacts>>;
export type BridgeFacts = Awaited<ReturnType<typeof bridgeFacts>>;
export type PortFacts = BridgeFacts['ports'][number];

/** Runs `ovs-ofctl` on a bridge of whichever version. */
export function ofctl(world: World, ...words: readonly string[]): Promise<Output | undefined> {
  return world.run(['ovs-ofctl', '--timeout=10', ...ANY_VERSION, ...words]);
}

/** Asks Open vSwitch about its bridges. */
export async function switchFacts(world: World, { names, isWanted }: SwitchQuestion) {
  const list = (name: string) => world.run(['ovs-vsctl', '--timeout=5', '--format=json', 'list', name]);
  const [bridges, ...tables] = await Promise.all(['bridge', ...TABLES].map(list));
  const daemon = await world.run(['ovs-appctl', '-T', '3', '-t', 'ovs-vswitchd', 'version']);
  const links = await stdoutOf(world, ['ip', '-json', 'link', 'show']);
  const isRunning = daemon?.code === 0;
  const base = { isInstalled: bridges !== undefined, isRunning, isWanted, version: versionOf(daemon?.stdout ?? '') };
  if (bridges?.code !== 0) return { ...base, bridges: [], missing: [] };
  const parts = tables.flatMap(table => Row.parse(table?.stdout ?? ''));
  const database = { rows: new Map(parts.map(row => [row.one('_uuid'), row])), peers: peersOf(links) };
  const rows = Row.parse(bridges.stdout);
  return {
    ...base,
    bridges: await Promise.all(chosenOf(rows, names).map(row => bridgeFacts(world, row, database))),
    /** Bridges that the user named and that do not exist. */
    missing: isRunning ? names.filter(name => !rows.some(row => row.one('name') === name)) : [],
  };
}

interface Database {
  /** Of all tables, by their UUIDs. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Interfaces in the same network namespace at the other end of a veth, by name. */
  readonly peers: ReadonlyMap<string, string>;
}

function chosenOf(rows: readonly Row[], names: readonly string[]): Row[] {
  const sorted = rows.toSorted((a, b) => a.one('name').localeCompare(b.one('name'), 'en', { numeric: true }));
  if (names.length > 0) return sorted.filter(row => names.includes(row.one('name')));
  const steered = sorted.filter(row => row.all('controller').length > 0);
  return steered.length > 0 ? steered : sorted;
}

async function bridgeFacts(world: World, row: Row, database: Database) {
  const name = row.one('name');
  const flows = await ofctl(world, 'dump-flows', name);
  const other = row.map('other_config');
  return {
    name,
    dpid: row.one('datapath_id'),
    /** `system` (the kernel's), or `netdev` (userspace). */
    datapathType: row.one('datapath_type') || DEFAULT_DATAPATH,
    /** Whether ovs-vswitchd has created it. */
    isAlive: flows?.code === 0,
    protocols: row.all('protocols'),
    failMode: row.one('fail_mode'),
    isInBandDisabled: other.get('disable-in-band') === 'true',
    controllers: rowsOf(row, 'controller', database).map(targetFacts),
    ports: portsOf(row, database),
    flows: parseFlows(flows?.stdout ?? ''),
    /** The flow limit of each table that has one, by table number. */
    flowLimits: limitsOf(row, database),
  };
}

function targetFacts(row: Row) {
  return {
    target: row.one('target'),
    isConnected: row.one('is_connected') === 'true',
    /** Undefined: the default of Open vSwitch, 5000. */
    inactivityProbeMs: row.number('inactivity_probe'),
    /** Undefined: the default of Open vSwitch, 8000. */
    maxBackoffMs: row.number('max_backoff'),
    connectionMode: row.one('connection_mode'),
    /** The error of its last attempt; empty: none. */
    lastError: row.map('status').get('last_error') ?? '',
  };
}

function portsOf(row: Row, database: Database) {
  const interfaces = [...database.rows.values()].flatMap(port => rowsOf(port, 'interfaces', database));
  const names = new Set(interfaces.map(one => one.one('name')));
  return rowsOf(row, 'ports', database)
    .flatMap(port => rowsOf(port, 'interfaces', database))
    .map(one => {
      const [name, type] = [one.one('name'), one.one('type')];
      // Whether it leads to another bridge of this Open vSwitch.
      const isTrunk = type === 'patch' || names.has(database.peers.get(name) ?? '');
      return { name, type, number: one.number('ofport') ?? -1, mtu: one.number('mtu'), isTrunk };
    })
    .sort((a, b) => a.number - b.number);
}

function limitsOf(row: Row, { rows }: Database): Record<number, number> {
  const limits: [number, number][] = [...row.map('flow_tables')].flatMap(([table, uuid]) => {
    const limit = rows.get(uuid)?.number('flow_limit');
    return limit === undefined ? [] : [[Number(table), limit]];
  });
  return Object.fromEntries(limits);
}

/** The rows that a column refers to. */
function rowsOf(row: Row, column: string, { rows }: Database): Row[] {
  return row.all(column).flatMap(uuid => rows.get(uuid) ?? []);
}

/** `ip -json link show` names the other end of a veth where it is in the same namespace. */
function peersOf(text: string): ReadonlyMap<string, string> {
  const links = listOf<{ ifname: string; link?: string | null }>(text);
  return new Map(links.flatMap(({ ifname, link }) => (link ? [[ifname, link] as const] : [])));
}

/** `3.1.0`; empty where it is unknown. */
function versionOf(text: string): string {
  return /\d+\.\d+\.\d+/.exec(text)?.[0] ?? '';
}
