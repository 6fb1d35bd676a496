import { execFile } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from './command.ts';

const run = promisify(execFile);

/** The mark on bridges (external id) and links (alias) of a lab on the machine's own Open vSwitch. */
const MARK = 'vipflow-lab';

/** The PID namespace that our view of pids is of; others (containers) may share the folder or the switch with us. */
const namespace = (): string => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';

/** Namespace, pid, start of the process and number of the lab in it. */
const OWNER = '\\d+(?:\\.\\d+){3}';

let count = 0;

/** Says who owns a lab: this process, told from one with the same pid elsewhere or later, and which of its labs. */
export const newOwner = (): string => `${namespace()}.${process.pid}.${startOf(process.pid)}.${++count}`;

/** Makes the folder where a lab's sandbox keeps its files. The owner is in the name: what a killed run leaves can be told. */
export const makeRunFolder = (owner: string): string => mkdtempSync(join(shortTmpdir(), `${MARK}-${owner}-`));

/**
 * Removes what labs of processes that are gone left behind: bridges and links that carry their mark, run folders; also
 * those of the owner `over`, whose process may live. Touches nothing else. Returns the names of what it removed.
 */
export async function cleanLeftovers(over?: string): Promise<string[]> {
  const isOver = (owner: string) => owner === over || isGone(owner);
  return [...cleanRunFolders(), ...(await removeBridges(isOver)), ...(await removeLinks(isOver))];
}

/** The part of `cleanLeftovers` that a sandbox can leave: run folders of processes that are gone. */
export function cleanRunFolders(): string[] {
  const removed: string[] = [];
  for (const name of readdirSync(shortTmpdir())) {
    const owner = new RegExp(`^${MARK}-(${OWNER})-`).exec(name)?.[1];
    if (!owner || !isGone(owner)) continue;
    const path = join(shortTmpdir(), name);
    if (lstatSync(path, { throwIfNoEntry: false })?.uid !== process.getuid?.()) continue;
    rmSync(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

async function removeBridges(isOver: (owner: string) => boolean): Promise<string[]> {
  const { data } = await json<{ data: [string, unknown][] }>(
    'ovs-vsctl',
    ['--timeout=5', '--format=json', '--columns=name,external_ids', 'list', 'bridge'],
    { data: [] },
  );
  const removed: string[] = [];
  for (const [name, ids] of data) {
    const owner = new RegExp(`"${MARK}","(${OWNER})"`).exec(JSON.stringify(ids))?.[1];
    if (!owner || !isOver(owner)) continue;
    await output('ovs-vsctl', ['--timeout=5', '--if-exists', 'del-br', name]);
    removed.push(name);
  }
  return removed;
}

async function removeLinks(isOver: (owner: string) => boolean): Promise<string[]> {
  const links = await json<{ ifname: string; ifalias?: string }[]>('ip', ['-json', 'link', 'show'], []);
  const removed: string[] = [];
  for (const { ifname, ifalias } of links) {
    const owner = new RegExp(`^${MARK} (${OWNER})$`).exec(ifalias ?? '')?.[1];
    if (!owner || !isOver(owner)) continue;
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

/** Whether an owner is known to be gone; those of other namespaces are not ours to judge. */
function isGone(owner: string): boolean {
  const [space, pid, start] = owner.split('.');
  return space === namespace() && startOf(Number(pid)) !== Number(start);
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
