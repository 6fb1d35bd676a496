import { Command, CommanderError } from 'commander';
import { RequestError } from '../../topologies/control/lab-request.ts';
import { LabError } from '../../topologies/lab-error.ts';
import { ConfigError } from '../core/config-error.ts';
import { CliError, EXIT, LAB_EXIT } from './exit.ts';
import { print } from './screen/terminal.ts';
import { version } from './self.ts';
import { explainUsage } from './usage.ts';

const EPILOGUE = `
Begin with:
  vipflow lab up --on embedded

Exit codes:
  0 ok   1 error   2 usage   3 invalid configuration
  4 something is missing first: root, Open vSwitch, a free port, a lab,
    a controller, a token
  5 a check failed: a finding, a deadline, a request without an answer`;

type Loader = () => Promise<Command>;

/** Each command, loaded when it is wanted: the whole program takes a second. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, Loader>>>> = {
  'To begin:': {
    lab: async () => (await import('./lab/lab.ts')).labCommand(),
    run: async () => (await import('./commands/run.ts')).runCommand(),
    check: async () => (await import('./commands/check.ts')).checkCommand(),
    doctor: async () => (await import('./doctor/doctor.ts')).doctorCommand(),
  },
  'To see:': {
    top: async () => (await import('./commands/top.ts')).topCommand(),
    watch: async () => (await import('./commands/watch.ts')).watchCommand(),
    services: async () => (await import('./commands/services.ts')).servicesCommand(),
    servers: async () => (await import('./commands/servers.ts')).serversCommand(),
    switches: async () => (await import('./commands/switches.ts')).switchesCommand(),
    connections: async () => (await import('./commands/connections.ts')).connectionsCommand(),
    flows: async () => (await import('./commands/flows.ts')).flowsCommand(),
    explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  },
  'To steer:': {
    server: async () => (await import('./commands/server.ts')).serverCommand(),
    service: async () => (await import('./commands/service.ts')).serviceCommand(),
    config: async () => (await import('./commands/config.ts')).configCommand(),
    alert: async () => (await import('./commands/alert.ts')).alertCommand(),
  },
  'To try out:': {
    sim: async () => (await import('./commands/sim.ts')).simCommand(),
    study: async () => (await import('./study/study.ts')).studyCommand(),
    replay: async () => (await import('./commands/replay.ts')).replayCommand(),
    decode: async () => (await import('./commands/decode.ts')).decodeCommand(),
  },
  'For the shell:': {
    completion: async () => (await import('./completion/completion.ts')).completionCommand(() => program()),
  },
};

/** With the command that `name` says; with all of them, for help and for what may be a slip, when it says none. */
export async function program(name = ''): Promise<Command> {
  const all = new Command('vipflow')
    .description('A load balancer in the OpenFlow 1.3 switch that is already there.')
    .usage('[options] <command>')
    .version(version)
    .enablePositionalOptions()
    .addHelpText('after', EPILOGUE);
  const groups = Object.entries(COMMANDS).flatMap(([group, commands]) =>
    Object.entries(commands).map(([word, load]) => ({ group, word, load })),
  );
  const chosen = groups.filter(({ word }) => word === name);
  const loaded = (chosen.length > 0 ? chosen : groups).map(async ({ group, load }) => (await load()).helpGroup(group));
  for (const command of await Promise.all(loaded)) all.addCommand(command);
  all.commandsGroup('For the shell:').helpCommand('help [command]', 'help for a command');
  return all;
}

/** A reader that has seen enough, such as `head`, is no error; a full disk is one. */
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

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage; // it has printed its own words
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.config;
  }
  if (error instanceof CliError) return printed(error, error.exitCode);
  if (error instanceof LabError) return printed(error, LAB_EXIT[error.code] ?? EXIT.error);
  if (error instanceof RequestError) return printed(error, EXIT.usage);
  process.stderr.write(`vipflow: ${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.error;
}

function printed({ message }: Error, exitCode: number): number {
  print(`vipflow: ${message}`);
  return exitCode;
}

const ignore = () => {};
