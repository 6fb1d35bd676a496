import { Command } from 'commander';
import { CHECKS, examine } from '../../doctor/doctor.ts';
import { factsOf, type Way } from '../../doctor/facts.ts';
import type { Finding } from '../../doctor/finding.ts';
import { type ControllerOptions, controllerOf, DEFAULT_URL, forController } from '../client/options.ts';
import { EXIT } from '../exit.ts';
import { examples } from '../help.ts';
import { stateOf, theLab } from '../lab/running.ts';
import { counted } from '../screen/figures.ts';
import { print, type Screen, screen, wrapped } from '../screen/terminal.ts';
import { self } from '../self.ts';
import { insideLab } from './lab.ts';
import { machine } from './machine.ts';
import { doctorWorld, type Place } from './world.ts';

interface DoctorOptions extends ControllerOptions {
  readonly switch?: readonly string[];
  readonly lab?: string | true;
}

export function doctorCommand(): Command {
  return forController(new Command('doctor'), 'print one JSON object per finding')
    .description(
      'check this machine, its Open vSwitch and a running controller or lab for common faults; print the commands that fix them',
    )
    .summary('find common faults and print the commands that fix them')
    .option('--switch <bridge...>', 'check these bridges of Open vSwitch')
    .option('--lab [name]', 'check a running lab')
    .addHelpText('after', '\nExit code: 0 no findings, 5 findings.')
    .addHelpText('after', examples('vipflow doctor', 'sudo vipflow doctor --switch br0', 'vipflow doctor --lab'))
    .action(doctor);
}

async function doctor(options: DoctorOptions): Promise<void> {
  const { place, way, url } = await placeOf(options);
  const world = doctorWorld(controllerOf({ ...options, url }), place);
  const names = options.switch ?? [];
  const facts = await factsOf(world, { names, isWanted: names.length > 0 }, way);
  const findings = examine(facts);
  for (const finding of findings) {
    process.stdout.write(options.json ? `${JSON.stringify(finding)}\n` : `${findingText(finding, screen)}\n\n`);
  }
  if (!options.json) print(conclusion(findings.length));
  if (findings.length > 0) process.exitCode = EXIT.check;
}

/** Where commands run, how the user repeats them there, and the URL of the controller. */
async function placeOf({ lab, url }: DoctorOptions): Promise<{ place: Place; way: Way; url: string }> {
  if (lab === undefined) {
    const toHost = (name: string) => `mnexec -a $(pgrep -f mininet:${name}$) `;
    return { place: machine(), way: { self, toSwitch: '', toHost }, url };
  }
  const found = await theLab(lab === true ? undefined : lab);
  const state = await stateOf(found);
  const named = lab === true ? '' : `--lab ${found.name} `;
  const inside = (node: string) => `${self} lab exec ${named}${node} -- `;
  return {
    place: insideLab(found, state),
    way: { self, toSwitch: inside(state.switches[0]!.name), toHost: inside },
    url: url === DEFAULT_URL ? (state.log ?? url) : url,
  };
}

/** A finding for people: the fault, its consequence, and the commands that fix it. */
export function findingText({ check, about, what, why, fix }: Finding, { colour, columns }: Screen): string {
  const head = `${colour.red('✗')} ${colour.bold(about.join(', '))}  ${colour.dim(check)}`;
  const prose = [what, why].map(text => `  ${wrapped(text, columns, 2)}`);
  return [head, ...prose, ...fix.map(command => `  ${colour.cyan(`$ ${command}`)}`)].join('\n');
}

function conclusion(findings: number): string {
  return findings === 0
    ? `No findings: ${counted(Object.keys(CHECKS).length, 'check')} passed.`
    : `${counted(findings, 'finding')}; docs/doctor.md explains the checks.`;
}
