import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../lab-error.ts';

/** The name of a unix socket is at most 103 bytes long (macOS), and a lab's takes some of them. */
const MAX_FOLDER = 64;

/**
 * Where this user's labs may have their sockets, best first: the folder of the login session, and one that is there in every
 * terminal. All of them are looked into, because not every terminal has the first. `VIPFLOW_RUNTIME_DIR` names another one
 * instead.
 */
export function runtimeFolders(): string[] {
  const uid = process.getuid?.();
  if (uid === undefined) return []; // Windows has no unix sockets in folders
  const { VIPFLOW_RUNTIME_DIR: named, XDG_RUNTIME_DIR: session } = process.env;
  if (named) return [named];
  const isOurs = session !== undefined && session.length <= MAX_FOLDER && uid === found(session)?.uid;
  return [...(isOurs ? [join(session, 'vipflow')] : []), `/tmp/vipflow-${uid}`];
}

/** Makes the folder for a new socket, which its owner alone may enter. Throws where somebody else got there first. */
export function makeRuntimeFolder(): string {
  const [folder] = runtimeFolders();
  if (folder === undefined) throw new LabError('FAILED', 'This system has no unix sockets.');
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (!isPrivate(folder)) throw new LabError('FAILED', `${folder} belongs to another user, or is no folder: remove it.`);
  chmodSync(folder, 0o700);
  return folder;
}

/** Whether it is a folder (no link to one) of this user. */
export function isPrivate(folder: string): boolean {
  const stats = found(folder);
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}

/** Undefined also where we may not look: after sudo the folder of another user's session is still named. */
function found(folder: string): Stats | undefined {
  try {
    return lstatSync(folder, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
