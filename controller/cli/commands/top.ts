import { Command } from 'commander';
import type { ServiceView, StatusView } from '../../api/shapes.ts';
import type { ControllerClient } from '../client/controller.ts';
import { askingController, type ControllerOptions, controllerOf } from '../client/options.ts';
import { CliError, EXIT } from '../exit.ts';
import { FullScreen } from '../screen/full-screen.ts';
import { palette } from '../screen/terminal.ts';
import { type TopState, topFrame, topRows } from '../screen/top-view.ts';

const REFRESH_MS = 1000;

export function topCommand(): Command {
  return askingController(new Command('top'))
    .description('show services and servers of a running controller live: connections, actual and due shares, rates')
    .summary('show services and servers live')
    .addHelpText(
      'after',
      '\nKeys: q quit, space pause, up and down scroll.\n\nExample:\n  vipflow top --url http://127.0.0.1:8080',
    )
    .action(top);
}

async function top(options: ControllerOptions): Promise<void> {
  if (!process.stdout.isTTY || !process.stdin.isTTY)
    throw new CliError(EXIT.usage, 'The command top needs a terminal; in a script, use `vipflow servers --json`.');
  const controller = controllerOf(options);
  await controller.get<StatusView>('/status'); // a wrong address is an error before the screen is taken
  await new Top(controller).run();
}

class Top {
  readonly #controller: ControllerClient;
  readonly #screen = new FullScreen();
  readonly #colour = palette(!process.env.NO_COLOR);
  #state: TopState;
  #timer: NodeJS.Timeout | undefined;

  constructor(controller: ControllerClient) {
    this.#controller = controller;
    this.#state = { url: controller.base, status: undefined, services: [], trouble: undefined, offset: 0, isPaused: false };
  }

  async run(): Promise<void> {
    try {
      this.#screen.open({ onKey: key => this.#press(key), onResize: () => this.#draw() });
      this.#refresh();
      await this.#screen.closed;
    } finally {
      clearTimeout(this.#timer);
      this.#screen.close();
    }
  }

  async #refresh(): Promise<void> {
    const begin = performance.now();
    if (!this.#state.isPaused) {
      await this.#ask();
      this.#draw();
    }
    this.#timer = setTimeout(() => this.#refresh(), Math.max(0, REFRESH_MS - (performance.now() - begin)));
  }

  async #ask(): Promise<void> {
    try {
      const [status, services] = await Promise.all([
        this.#controller.get<StatusView>('/status'),
        this.#controller.get<ServiceView[]>('/services'),
      ]);
      this.#set({ status, services, trouble: undefined });
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.#set({ trouble: 'the controller does not answer; trying again' });
    }
  }

  #press(key: string): void {
    const { offset, isPaused } = this.#state;
    switch (key) {
      case 'q':
        this.#screen.close();
        return;
      case ' ':
        this.#set({ isPaused: !isPaused });
        break;
      case 'up':
        this.#set({ offset: Math.max(0, offset - 1) });
        break;
      case 'down':
        this.#set({ offset: Math.min(topRows(this.#state), offset + 1) });
    }
    this.#draw();
  }

  #set(change: Partial<TopState>): void {
    this.#state = { ...this.#state, ...change };
  }

  #draw(): void {
    const { columns, rows } = this.#screen;
    this.#screen.draw(topFrame(this.#state, { colour: this.#colour, columns, rows }));
  }
}
