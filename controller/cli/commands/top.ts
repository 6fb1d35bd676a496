import { Command } from 'commander';
import type { ServiceView, StatusView } from '../../api/shapes.ts';
import type { ControllerClient } from '../client/controller.ts';
import { askingController, type ControllerOptions, controllerOf } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { examples } from '../help.ts';
import { fullScreen } from '../screen/full-screen.ts';
import { palette } from '../screen/terminal.ts';
import { type TopState, topFrame, topRows } from '../screen/top-view.ts';

const REFRESH_MS = 1000;

export function topCommand(): Command {
  return askingController(new Command('top'))
    .description('show services and servers of a running controller live: connections, actual and due shares, rates')
    .summary('show services and servers live')
    .addHelpText('after', '\nKeys: q quit, space pause, up and down scroll.')
    .addHelpText('after', examples('vipflow top --url http://127.0.0.1:8080'))
    .action(top);
}

async function top(options: ControllerOptions): Promise<void> {
  if (!process.stdout.isTTY || !process.stdin.isTTY)
    throw new CliError(EXIT.usage, 'The command top needs a terminal; in a script, use `vipflow servers --json`.');
  const controller = controllerOf(options);
  await controller.get<StatusView>('/status'); // a wrong address is an error before the screen is taken
  const colour = palette(!process.env.NO_COLOR);
  let state: TopState = { url: controller.base, status: undefined, services: [], trouble: undefined, offset: 0, isPaused: false };
  const set = (change: Partial<TopState>) => {
    state = { ...state, ...change };
    screen.draw(topFrame(state, { colour, ...screen.size() }));
  };
  const onKey = (key: string) => (key === 'q' ? screen.close() : set(changeBy(key, state)));
  const screen = fullScreen({ onKey, onResize: () => set({}) });
  try {
    while (screen.isOpen) {
      const next = performance.now() + REFRESH_MS;
      if (!state.isPaused) set(await newsFrom(controller));
      await Promise.race([screen.closed, new Promise(resolve => setTimeout(resolve, next - performance.now()).unref())]);
    }
  } finally {
    screen.close();
  }
}

async function newsFrom(controller: ControllerClient): Promise<Partial<TopState>> {
  try {
    const [status, services] = await Promise.all([
      controller.get<StatusView>('/status'),
      controller.get<ServiceView[]>('/services'),
    ]);
    return { status, services, trouble: undefined };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { trouble: 'the controller does not answer; trying again' };
  }
}

/** What a key changes of what is shown. */
function changeBy(key: string, state: TopState): Partial<TopState> {
  switch (key) {
    case ' ':
      return { isPaused: !state.isPaused };
    case 'up':
      return { offset: Math.max(0, state.offset - 1) };
    case 'down':
      return { offset: Math.min(topRows(state), state.offset + 1) };
    default:
      return {};
  }
}
