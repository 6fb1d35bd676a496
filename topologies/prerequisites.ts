import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { programPath } from './command.ts';
import { LabError, type LabErrorCode } from './lab-error.ts';

const run = promisify(execFile);

/** What each Debian package is needed for; a package is there when all of its programs are. */
const PACKAGES = {
  'openvswitch-switch': {
    code: 'NO_OPEN_VSWITCH',
    title: 'Open vSwitch',
    programs: ['ovs-vswitchd', 'ovsdb-server', 'ovsdb-tool', 'ovs-vsctl', 'ovs-ofctl'],
  },
  mininet: { code: 'NO_MININET', title: 'Mininet', programs: ['mnexec'] },
  ethtool: { code: 'NO_PROGRAM', title: 'ethtool', programs: ['ethtool'] },
  'net-tools': { code: 'NO_PROGRAM', title: 'ifconfig', programs: ['ifconfig'] },
  iproute2: { code: 'NO_PROGRAM', title: 'ip', programs: ['ip'] },
  'util-linux': { code: 'NO_PROGRAM', title: 'unshare', programs: ['unshare', 'nsenter'] },
  'iputils-ping': { code: 'NO_PROGRAM', title: 'ping', programs: ['ping'] },
} as const satisfies Record<string, { code: LabErrorCode; title: string; programs: readonly string[] }>;

export type DebianPackage = keyof typeof PACKAGES;

/** The packages that a lab on Mininet needs; ping is for its users. */
export const LAB_PACKAGES = Object.keys(PACKAGES) as readonly DebianPackage[];

/** The interpreter that has Mininet: Debian's own, not what a version manager put first on the path. */
export const python = (): string => process.env.VIPFLOW_PYTHON ?? '/usr/bin/python3';

/** Where a program is, also looking where root's programs are; undefined when it is nowhere. */
export function findProgram(name: string): string | undefined {
  if (name.includes('/')) return isExecutable(name) ? name : undefined;
  return programPath()
    .split(delimiter)
    .map(folder => join(folder, name))
    .find(isExecutable);
}

/** Throws the LabError of the first program that is missing. */
export function assertPrograms(): void {
  if (!findProgram(python())) {
    throw new LabError('NO_PYTHON', `There is no Python at ${python()}: run \`apt-get install python3\`, or set VIPFLOW_PYTHON.`);
  }
  for (const [name, { code, title, programs }] of Object.entries(PACKAGES)) {
    if (name === 'iputils-ping') continue;
    const missing = programs.find(program => !findProgram(program));
    if (missing) throw new LabError(code, `${title} is not installed (${missing} is missing): run \`apt-get install ${name}\`.`);
  }
}

/** Those of the packages whose programs are not all there. */
export async function missingPackages(names: readonly DebianPackage[] = LAB_PACKAGES): Promise<DebianPackage[]> {
  const missing = names.filter(name => !PACKAGES[name].programs.every(program => findProgram(program)));
  if (names.includes('mininet') && !missing.includes('mininet') && !(await hasMininet())) missing.push('mininet');
  return missing;
}

/**
 * Installs with apt-get what is missing, when we are root and there is apt-get; `log` gets a line for each step.
 * Returns undefined when everything is there, else one sentence saying what to do.
 */
export async function ensureDebianPackages(
  names: readonly DebianPackage[] = LAB_PACKAGES,
  log: (line: string) => void = () => {},
): Promise<string | undefined> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return undefined;
  const command = `apt-get install ${missing.join(' ')}`;
  if (!findProgram('apt-get')) return `${missing.join(', ')} must be installed, and this system has no apt-get to do it with.`;
  if (process.getuid?.() !== 0) return `${missing.join(', ')} must be installed: run \`sudo ${command}\`.`;
  try {
    log('apt-get update');
    await apt(['update']).catch(() => log('apt-get update failed; going on with the lists that are there'));
    log(command);
    await apt(['install', '--yes', '--no-install-recommends', ...missing]);
  } catch (error) {
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : String(error);
    return `\`${command}\` failed (${words}): run it by hand.`;
  }
  const still = await missingPackages(names);
  return still.length === 0 ? undefined : `${still.join(', ')} did not become usable by \`${command}\`.`;
}

const apt = (args: readonly string[]) =>
  run('apt-get', ['--quiet', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    env: { ...process.env, PATH: programPath(), DEBIAN_FRONTEND: 'noninteractive' },
    maxBuffer: 64 << 20,
  });

async function hasMininet(): Promise<boolean> {
  if (!existsSync(python())) return false;
  return run(python(), ['-c', 'import mininet.net']).then(
    () => true,
    () => false,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
