import { readdirSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { JsonLines } from '../json-lines.ts';
import { LabError } from '../lab-error.ts';
import { type LabReply, type LabRequest, RequestError } from './lab-request.ts';
import { isPrivate, runtimeFolders } from './runtime-folder.ts';

/** `NAME.PID.sock` */
const SOCKET = /^([a-z0-9-]+)\.\d+\.sock$/;

/** A lab that runs, and where it listens. */
export interface FoundLab {
  readonly name: string;
  readonly path: string;
}

export interface AskOptions {
  readonly out?: (text: string) => void;
  readonly err?: (text: string) => void;
  /** The result is awaited so long; for ever unless given. */
  readonly timeoutMs?: number;
}

/** This user's labs, by name. Sockets that killed labs left behind are removed. */
export async function foundLabs(): Promise<FoundLab[]> {
  const found = await Promise.all(runtimeFolders().filter(isPrivate).flatMap(labsIn));
  return found.filter(lab => lab !== undefined).sort((a, b) => a.name.localeCompare(b.name));
}

function labsIn(folder: string): Promise<FoundLab | undefined>[] {
  return readdirSync(folder).flatMap(file => {
    const name = SOCKET.exec(file)?.[1];
    return name === undefined ? [] : [living({ name, path: join(folder, file) })];
  });
}

async function living(lab: FoundLab): Promise<FoundLab | undefined> {
  try {
    (await opened(lab.path)).destroy();
    return lab;
  } catch (error) {
    // nobody listens: its process ended without a chance to remove it
    if ((error as NodeJS.ErrnoException).code === 'ECONNREFUSED') rmSync(lab.path, { force: true });
    return undefined;
  }
}

/** Asks a lab; gives the result. Rejects with RequestError, or LabError. */
export async function askLab(lab: FoundLab, request: LabRequest, options: AskOptions = {}): Promise<unknown> {
  const socket = await opened(lab.path).catch(() => {
    throw new LabError('STOPPED', `The lab ${lab.name} has just ended.`);
  });
  socket.write(`${JSON.stringify(request)}\n`);
  return answered(socket, lab.name, options).finally(() => socket.destroy());
}

/** Asks a lab to end; resolves when it has. */
export async function endLab(lab: FoundLab): Promise<void> {
  const socket = await opened(lab.path);
  socket.on('error', () => {});
  socket.resume();
  const closed = new Promise(resolve => socket.on('close', resolve));
  socket.write(`${JSON.stringify({ do: 'down' } satisfies LabRequest)}\n`);
  await closed;
}

function answered(socket: Socket, name: string, { out, err, timeoutMs }: AskOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const lines = new JsonLines();
    const take = (reply: LabReply) => {
      if ('out' in reply) out?.(reply.out);
      else if ('err' in reply) err?.(reply.err);
      else if ('done' in reply) resolve(reply.done);
      else reject(reply.usage ? new RequestError(reply.failed) : new LabError('FAILED', reply.failed));
    };
    socket.on('data', chunk => {
      for (const value of lines.push(chunk)) take(value as LabReply);
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => reject(new LabError('STOPPED', `The lab ${name} ended before it had answered.`)));
    if (timeoutMs === undefined) return;
    const late = () => reject(new LabError('TIMEOUT', `The lab ${name} does not answer: its process seems to stand still.`));
    socket.setTimeout(timeoutMs, late);
  });
}

function opened(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
