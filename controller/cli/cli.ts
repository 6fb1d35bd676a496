import { Command, CommanderError } from 'commander';
import { RequestError } from '../../topologies/control/lab-request.ts';
import { LabError, type LabErrorCode } from '../../topologies/lab-error.ts';
import { ConfigError } from '../core/config-error.ts';
import { CliError, EXIT } from './exit.ts';
import { print } from './screen/terminal.ts';
import { version } from './self.ts';
import { explainUsage } from './usage.ts';

const EPILOGUE = `
Start with:
  vipflow lab up --on embedded

Exit codes:
  0 success   1 error   2 wrong command line   3 invalid configuration
  4 a prerequisite is missing: root, Open vSwitch, a free port, a running lab
    or controller, a token
  5 a check failed: the doctor found a fault, a deadline passed, a request got
    no answer`;

type Loader = () => Promise<Command>;

/** The commands by group. Each is loaded on demand, because loading all of them takes a second. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, Loader>>>> = {
  'Set up and run:': {
    lab: async () => (await import('./lab/lab.ts')).labCommand(),
    run: async () => (await import('./commands/run.ts')).runCommand(),
    check: async () => (await import('./commands/check.ts')).checkCommand(),
    doctor: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
    alert: async () => (await import('./commands/alert.ts')).alertCommand(),
  },
  'Inspect a running controller:': {
    top: async () => (await import('./commands/top.ts')).topCommand(),
    watch: async () => (await import('./commands/watch.ts')).watchCommand(),
    services: async () => (await import('./commands/lists.ts')).servicesCommand(),
    servers: async () => (await import('./commands/lists.ts')).serversCommand(),
    switches: async () => (await import('./commands/lists.ts')).switchesCommand(),
    connections: async () => (await import('./commands/lists.ts')).connectionsCommand(),
    flows: async () => (await import('./commands/flows.ts')).flowsCommand(),
    explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  },
  'Change a running controller:': {
    server: async () => (await import('./commands/server.ts')).serverCommand(),
    service: async () => (await import('./commands/service.ts')).serviceCommand(),
    config: async () => (await import('./commands/config.ts')).configCommand(),
  },
  'Simulate, compare and decode:': {
    sim: async () => (await import('./commands/sim.ts')).simCommand(),
    study: async () => (await import('./study/study.ts')).studyCommand(),
    replay: async () => (await import('./commands/replay.ts')).replayCommand(),
    decode: async () => (await import('./commands/decode.ts')).decodeCommand(),
  },
  'Shell:': {
    completion: async () => (await import('./completion/completion.ts')).completionCommand(() => program()),
  },
};

/** The program with the command `name` alone; with all commands where `name` is none of them, for help and suggestions. */
export async function program(name = ''): Promise<Command> {
  const all = new Command('vipflow')
    .description('Turns OpenFlow 1.3 switches into a load balancer.')
    .usage('[options] <command>')
    .version(version, '-V, --version', 'print the version')
    .enablePositionalOptions()
    .addHelpText('after', EPILOGUE);
  const groups = Object.entries(COMMANDS).flatMap(([group, commands]) =>
    Object.entries(commands).map(([word, load]) => ({ group, word, load })),
  );
  const chosen = groups.filter(({ word }) => word === name);
  const loaded = (chosen.length > 0 ? chosen : groups).map(async ({ group, load }) => (await load()).helpGroup(group));
  for (const command of await Promise.all(loaded)) all.addCommand(command);
  all.commandsGroup('Shell:').helpCommand('help [command]', 'print the help of a command');
  return all;
}

/** A reader that closes the pipe, such as `head`, is no error; a full disk is one. */
function onUnwritable({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE') return;
  process.exitCode = EXIT.error;
  print(`vipflow: The output cannot be written: ${message}.`);
}

/** Runs one command line and sets the process's exit code. */
export async function runCli(argv: readonly string[]): Promise<void> {
  process.stdout.off('error', onUnwritable).on('error', onUnwritable);
  process.stderr.off('error', ignore).on('error', ignore);
  try {
    const all = await program(argv[2]);
    explainUsage(all);
    await all.parseAsync(argv);
  } catch (error) {
    process.exitCode = explain(error);
  }
}

/** The errors of a lab that lacks a prerequisite. */
const MISSING: readonly LabErrorCode[] = ['NO_MININET', 'NO_OPEN_VSWITCH', 'NO_PROGRAM', 'NO_PYTHON', 'NO_ROOT', 'NAME_TAKEN'];

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // commander has printed it
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.config;
  }
  if (error instanceof CliError) return printed(error, error.exitCode);
  if (error instanceof LabError) return printed(error, MISSING.includes(error.code) ? EXIT.prerequisite : EXIT.error);
  if (error instanceof RequestError) return printed(error, EXIT.usage);
  process.stderr.write(`vipflow: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.error;
}

function printed({ message }: Error, exitCode: number): number {
  print(`vipflow: ${message}`);
  return exitCode;
}

const ignore = () => {};
