// npm test, npm run check, bench, docs: sets up what is missing, then runs it. Plain JavaScript: nothing is installed yet.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, setUp } from '../controller/cli/setup.mjs';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const bin = name => join(root, 'node_modules', '.bin', name);

/** What tests need, by Debian package: the file that shows that it is there. */
const CHROMIUM = { chromium: '/usr/bin/chromium' };
const OPEN_VSWITCH = {
  'openvswitch-switch': '/usr/sbin/ovs-vswitchd',
  mininet: '/usr/bin/mnexec',
  ethtool: '/usr/sbin/ethtool',
  'iputils-ping': '/usr/bin/ping',
  'net-tools': '/sbin/ifconfig',
  iproute2: '/sbin/ip',
  tcpdump: '/usr/bin/tcpdump',
  tshark: '/usr/bin/tshark',
  'python3-os-ken': '/usr/lib/python3/dist-packages/os_ken/__init__.py',
  curl: '/usr/bin/curl',
  openssl: '/usr/bin/openssl',
  prometheus: '/usr/bin/promtool',
};

const steps = {
  check: () => [check()],
  unit: args => [vitest('unit', args)],
  browser: args => [inChromium(args)],
  ovs: args => [onOpenVswitch(args)],
  all: args => [check(), vitest('unit', args), inChromium(args), onOpenVswitch(args)],
  bench: args => scripts('bench', args),
  docs: args => scripts('docs', args),
};

const [step = 'all', ...args] = process.argv.slice(2);
setUp();
if (!Object.hasOwn(steps, step)) {
  process.stderr.write(`test/run.mjs: there is no step ${step}: there are ${Object.keys(steps).join(', ')}\n`);
  process.exit(EXIT_USAGE);
}
const results = steps[step](args);
if (step !== 'bench' && step !== 'docs') report(results);
process.exit(results.some(({ failed }) => failed > 0) ? EXIT_FAILED : 0);

/** Types, lint, the lock file, and documents that are generated from the code. Counted one by one. */
function check() {
  const checks = [
    // what a fresh clone begins with, and refuses where the lock file does not fit package.json
    ['npm', ['ci', '--dry-run', '--offline', '--no-audit', '--silent']],
    [bin('tsc'), ['--noEmit', '-p', '.']],
    [bin('tsc'), ['--noEmit', '-p', 'controller/api/dashboard']],
    [bin('biome'), ['check', '--error-on-warnings', '.']],
    ...generators().map(file => [process.execPath, ['--import', 'tsx', file, '--check']]),
  ];
  const failed = checks.filter(([program, argv]) => run(program, argv).status !== 0);
  const failures = failed.map(([program, argv]) => `${program.split('/').pop()} ${argv.join(' ')}`);
  return { passed: checks.length - failed.length, failed: failed.length, skipped: 0, failures };
}

/** Runs a project of vitest.config.ts; further arguments are vitest's. */
function vitest(project, argv) {
  const folder = mkdtempSync(join(tmpdir(), 'vipflow-test-'));
  const file = join(folder, 'counts.json');
  const { status, signal } = run(bin('vitest'), ['run', '--project', project, ...argv], { VIPFLOW_TEST_COUNTS: file });
  const counts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  rmSync(folder, { recursive: true, force: true });
  if (counts === undefined) {
    const failure = `vitest --project ${project} ended (${signal ?? `code ${status}`}) without its counts`;
    return { passed: 0, failed: 1, skipped: 0, failures: [failure] };
  }
  const isSelection = argv.length > 0; // what it leaves out is meant to be left out
  if (!isSelection) for (const [reason, count] of Object.entries(counts.reasons)) skip(count, reason);
  return { ...counts, failed: status === 0 ? counts.failed : Math.max(1, counts.failed) };
}

function skip(count, reason) {
  process.stderr.write(`skipped: ${count} in ${reason}\n`);
}

function onOpenVswitch(argv) {
  if (process.getuid?.() !== 0) return skipped('integration', 'they need root: run `sudo npm test`');
  const problem = installDebian(OPEN_VSWITCH);
  return problem === undefined ? vitest('ovs', argv) : skipped('integration', problem);
}

function inChromium(argv) {
  const problem = installDebian(CHROMIUM);
  return problem === undefined ? vitest('browser', argv) : skipped('browser', problem);
}

function skipped(folder, problem) {
  const files = readdirSync(join(root, 'test', folder)).filter(name => name.endsWith('.test.ts'));
  for (const file of files) skip('all', `test/${folder}/${file}: ${problem}`);
  return { passed: 0, failed: 0, skipped: files.length };
}

/** Undefined when everything is there; otherwise what is missing and how to get it. */
function installDebian(packages) {
  const missing = Object.entries(packages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return undefined;
  if (process.getuid?.() !== 0) return `${missing.join(', ')} is not there, and to install it needs root: run \`sudo npm test\``;
  if (!existsSync('/usr/bin/apt-get')) return `${missing.join(', ')} cannot be installed without apt-get`;
  process.stderr.write(`setting up: apt-get install ${missing.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = argv =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...argv], { env, stdio: ['ignore', 'ignore', 'inherit'] })
      .status;
  apt(['update']);
  if (apt(['install', '-y', '--no-install-recommends', ...missing]) === 0) return undefined;
  return `apt-get could not install ${missing.join(', ')}: run \`apt-get install ${missing.join(' ')}\``;
}

/** Runs the scripts of a folder that are named, `dashboard` for `generate-dashboard.ts`; all of them without a name. */
function scripts(folder, [only, ...argv]) {
  const files = folder === 'docs' ? generators() : benches();
  const wanted =
    only === undefined || only.startsWith('-')
      ? files
      : files.filter(file => file.replace('/generate-', '/').includes(`/${only}`));
  if (wanted.length === 0) process.stderr.write(`${folder}: there is no ${only}: there are ${files.join(', ')}\n`);
  const codes = wanted.map(
    file => run(process.execPath, ['--import', 'tsx', file, ...(only?.startsWith('-') ? [only] : []), ...argv]).status,
  );
  return [{ passed: 0, failed: codes.filter(code => code !== 0).length + (wanted.length === 0 ? 1 : 0), skipped: 0 }];
}

function generators() {
  return listed('docs', /^generate-.*\.ts$/);
}

function benches() {
  return listed('bench', /\.bench\.ts$/);
}

function listed(folder, pattern) {
  const path = join(root, folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter(name => pattern.test(name))
        .sort()
        .map(name => `${folder}/${name}`)
    : [];
}

function run(program, argv, env = {}) {
  return spawnSync(program, argv, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
}

/** What failed is said once more at the end: the log of a long run may be cut. */
function report(all) {
  for (const failure of all.flatMap(({ failures = [] }) => failures)) process.stdout.write(`\nFAILED: ${failure}\n`);
  const sum = key => all.reduce((total, result) => total + result[key], 0);
  const skipped = sum('skipped');
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
}
