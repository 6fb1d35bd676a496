// Makes a fresh clone ready to run: Node's version and the npm packages. Plain JavaScript, because nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const EXIT_PREREQUISITE = 4;
const OLDEST_NODE = [20, 19];

/** True in a clone, false in the published package, which brings compiled code and its dependencies. */
export const isClone = existsSync(join(root, 'controller', 'main.ts'));

/** Ends the process with one clear sentence where something cannot be set up. */
export function setUp() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    fail(
      `vipflow needs Node.js ${OLDEST_NODE.join('.')} or newer and this is ${process.versions.node}: install a newer one from your distribution or nodejs.org.`,
    );
  }
  if (isClone && !packagesAreInstalled()) installPackages();
}

function packagesAreInstalled() {
  const done = join(root, 'node_modules', '.package-lock.json');
  const wanted = join(root, 'package-lock.json');
  if (!existsSync(done)) return false;
  // npm writes the hidden lock file last, so it is newer than every lock file it was installed from
  return statSync(done).mtimeMs >= statSync(wanted).mtimeMs || sameLock(done, wanted);
}

function sameLock(done, wanted) {
  const packagesOf = file => JSON.parse(readFileSync(file, 'utf8')).packages;
  const { '': _root, ...all } = packagesOf(wanted);
  const installed = packagesOf(done);
  return Object.entries(all).every(([path, { version, optional }]) => optional || installed[path]?.version === version);
}

function installPackages() {
  process.stderr.write('vipflow: installing npm packages, once ...\n');
  let { error, status, stderr } = npm('ci');
  // npm of another age may find something wanting in the lock file; this one takes it as it is
  if (/\bEUSAGE\b/.test(stderr)) ({ error, status, stderr } = npm('install', '--no-save'));
  if (status === 0) return;
  process.stderr.write(stderr ?? '');
  const reason = error ? error.message : `it ended with code ${status}`;
  fail(`npm could not install the packages (${reason}): check the network, then run \`npm ci\` in ${root}.`);
}

function npm(...argv) {
  const stdio = ['ignore', 'ignore', 'pipe'];
  return spawnSync('npm', [...argv, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio, encoding: 'utf8' });
}

function fail(sentence) {
  process.stderr.write(`vipflow: ${sentence}\n`);
  process.exit(EXIT_PREREQUISITE);
}
