import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from './command.ts';

const run = promisify(execFile);

/** The mark on bridges (external id) and links (alias) of a lab on the machine's own Open vSwitch. */
const MARK = 'vipflow-lab';

/** The PID namespace that our view of pids is of; others (containers) may share the folder or the switch with us. */
const namespace = (): string => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';

/** Says who owns a lab: this process, told from one with the same pid elsewhere or later by its namespace and start. */
export const thisOwner = (): string => `${namespace()}.${process.pid}.${startOf(process.pid)}`;

/** Where a lab's sandbox keeps its files. The owner is in the name: what a killed run leaves can be told. */
export const runFolderPrefix = (): string => join(shortTmpdir(), `${MARK}-${thisOwner()}-`);

/**
 * Removes what labs of processes that are gone left behind: bridges and links that carry their mark, run folders.
 * Touches nothing else. Returns the names of what it removed.
 */
export async function cleanLeftovers(): Promise<string[]> {
  return [...cleanRunFolders(), ...(await removeBridges()), ...(await removeLinks())];
}

/** The part of `cleanLeftovers` that a sandbox can leave: run folders of processes that are gone. */
export function cleanRunFolders(): string[] {
  const removed: string[] = [];
  for (const name of readdirSync(shortTmpdir())) {
    const owner = new RegExp(`^${MARK}-(\\d+(?:\\.\\d+){2})-`).exec(name)?.[1];
    const path = join(shortTmpdir(), name);
    if (!owner || mayLive(owner) || statSync(path).uid !== process.getuid?.()) continue;
    rmSync(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

async function removeBridges(): Promise<string[]> {
  const { data } = await json<{ data: [string, unknown][] }>(
    'ovs-vsctl',
    ['--timeout=5', '--format=json', '--columns=name,external_ids', 'list', 'bridge'],
    { data: [] },
  );
  const removed: string[] = [];
  for (const [name, ids] of data) {
    const owner = new RegExp(`"${MARK}","(\\d+(?:\\.\\d+){2})"`).exec(JSON.stringify(ids))?.[1];
    if (!owner || mayLive(owner)) continue;
    await output('ovs-vsctl', ['--timeout=5', '--if-exists', 'del-br', name]);
    removed.push(name);
  }
  return removed;
}

async function removeLinks(): Promise<string[]> {
  const links = await json<{ ifname: string; ifalias?: string }[]>('ip', ['-json', 'link', 'show'], []);
  const removed: string[] = [];
  for (const { ifname, ifalias } of links) {
    const owner = new RegExp(`^${MARK} (\\d+(?:\\.\\d+){2})$`).exec(ifalias ?? '')?.[1];
    if (!owner || mayLive(owner)) continue;
    await output('ip', ['link', 'delete', ifname]); // its other end goes with it, and fails when its turn comes
    removed.push(ifname);
  }
  return removed;
}

/** Standard output; nothing when the program is missing or fails. */
const output = (program: string, args: readonly string[]): Promise<string> =>
  run(program, args, { env: { ...process.env, PATH: programPath() } }).then(
    ({ stdout }) => stdout,
    () => '',
  );

async function json<T>(program: string, args: readonly string[], otherwise: T): Promise<T> {
  const text = await output(program, args);
  return text.trim() === '' ? otherwise : (JSON.parse(text) as T);
}

/** Whether nothing is known against an owner; those of other namespaces are not ours to judge. */
function mayLive(owner: string): boolean {
  const [space, pid, start] = owner.split('.');
  return space !== namespace() || startOf(Number(pid)) === Number(start);
}

/** When a process started, in clock ticks since boot; undefined when there is none. */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}

/** The name of a unix socket is at most 107 bytes long. */
function shortTmpdir(): string {
  return tmpdir().length <= 40 ? tmpdir() : '/tmp';
}
