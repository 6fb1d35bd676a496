import { describe, expect, it } from 'vitest';
import { type ElasticAction, Elasticity, editsOf } from '../../../controller/autoscaling/scaling.ts';
import type { ConfigInput } from '../../../controller/core/config.ts';
import { ConfigDocument } from '../../../controller/core/config-file.ts';
import { strategies } from '../../../controller/strategies/catalogue.ts';
import { TCP } from '../../../openflow/packet/tcp.ts';
import { configWith, replyFrame, switchOf, World } from '../connections/world.ts';

type Settings = NonNullable<ConfigInput['services'][number]['elasticity']>;

const STEP_MS = 100;
const pool = (states: readonly string[]) =>
  states.map((state, i) => ({ name: `server${i + 1}`, ip: `10.0.0.${i + 1}`, port: 8000, state: state as 'ready' }));

/** A lab whose clients open so many connections a second, each of which lives for so long; what elasticity asks for is done. */
class Tide {
  readonly world: World;
  readonly at = switchOf(1);
  readonly actions: { at: number; action: ElasticAction }[] = [];
  readonly elasticity = new Elasticity();
  #document: ConfigDocument;
  #port = 10_000;
  #due = 0;
  readonly #open: { until: number; port: number; server: number }[] = [];
  readonly refused: number[] = [];

  constructor(settings: Settings, states: readonly string[] = ['ready', 'standby', 'standby']) {
    const config = configWith({ strategy: 'least-connections', servers: pool(states), slowStart: '0s', elasticity: settings });
    this.world = new World(config);
    this.#document = ConfigDocument.of(config, { strategies });
    this.world.connect(this.at);
    for (const server of [1, 2, 3]) this.world.answerProbe(this.at, server);
  }

  run(seconds: number, newPerSecond: (at: number) => number, livesMs = 1000): void {
    for (const end = this.world.now + seconds * 1000; this.world.now < end; this.world.now += STEP_MS) {
      this.#due += (newPerSecond(this.world.now) * STEP_MS) / 1000;
      for (; this.#due >= 1; this.#due -= 1) this.#begin(livesMs);
      while (this.#open[0] !== undefined && this.#open[0].until <= this.world.now) this.#end(this.#open.shift()!);
      this.#decide();
    }
  }

  get inUse(): number {
    return this.world.app.services.named('web')!.candidates.length;
  }

  wishes(): string[] {
    return this.actions.map(({ action }) => (action.type === 'edit' ? action.state : action.what));
  }

  #begin(livesMs: number): void {
    const port = this.#port++;
    const [entry] = this.world.syn(this.at, 4, port).log;
    if (entry?.type !== 'decision') this.refused.push(this.world.now);
    else this.#open.push({ until: this.world.now + livesMs, port, server: Number(entry.server.name.slice(-1)) });
  }

  #end({ port, server }: { port: number; server: number }): void {
    this.world.observed(this.at, server, replyFrame(server, 4, port, { seq: 9, ack: 1, flags: TCP.FIN | TCP.ACK }));
  }

  #decide(): void {
    const { app, now } = this.world;
    for (const action of this.elasticity.onTick(app.services.list, now)) {
      this.actions.push({ at: now, action });
      if (action.type !== 'edit') continue;
      this.#document = this.#document.edit(editsOf(action, this.#document.config.services));
      app.handle({ type: 'config', config: this.#document.config, source: 'elasticity' }, now);
    }
  }
}

const byConnections: Settings = { up: { connections: 20 }, down: { connections: 8 }, for: '3s', coolDown: '10s' };

describe('servers that follow the load', () => {
  it('join within the time of the rule, and drain and leave when it falls', () => {
    const tide = new Tide(byConnections);
    tide.run(20, () => 10);
    expect(tide.wishes()).toEqual([]);
    const risenAt = tide.world.now;
    tide.run(20, () => 30);
    expect(tide.inUse).toBe(2);
    expect(tide.actions[0]!.at - risenAt).toBeLessThan(3000 + 1000 + 500);
    tide.run(30, () => 5);
    expect(tide.wishes()).toEqual(['ready', 'drain', 'standby']);
    expect(tide.inUse).toBe(1);
    expect(tide.refused).toEqual([]);
  });

  it('do not come and go in ten minutes of a load that swings within the bounds', () => {
    const tide = new Tide(byConnections);
    const start = tide.world.now;
    tide.run(600, now => 1.4 + 0.5 * Math.sin((now - start) / 7000), 10_000);
    expect(tide.wishes()).toEqual([]);
  });

  it('do not oscillate in ten minutes of a load that one server is too few for, and two are enough', () => {
    const tide = new Tide(byConnections);
    tide.run(600, () => 2.5, 10_000);
    expect(tide.wishes()).toEqual(['ready']);
  });

  it('follow new connections a second, where those are what counts', () => {
    const tide = new Tide({ up: { newPerSecond: 20 }, down: { newPerSecond: 5 }, for: '2s', coolDown: '10s' });
    tide.run(20, () => 25, 100);
    expect(tide.inUse).toBe(2);
    tide.run(40, () => 4, 100);
    expect(tide.inUse).toBe(1);
  });

  it('stay between min and max', () => {
    const tide = new Tide({ ...byConnections, min: 2, max: 2 }, ['ready', 'ready', 'standby']);
    tide.run(60, () => 200);
    tide.run(60, () => 0);
    expect(tide.wishes()).toEqual([]);
  });

  it("are drained only where they were spares: the others are the operator's", () => {
    const tide = new Tide({ ...byConnections, min: 1 }, ['ready', 'ready', 'ready']);
    tide.run(60, () => 1);
    expect(tide.wishes()).toEqual([]);
  });

  it('are started by a hook where there is no spare, once for each time of the cool-down', () => {
    const tide = new Tide({ ...byConnections, start: { command: ['start-a-server'] } }, ['ready']);
    tide.run(20, () => 60);
    expect(tide.wishes()).toEqual(['start', 'start']);
  });

  it('leave an operator alone who takes a draining server back', () => {
    const tide = new Tide(byConnections);
    tide.run(20, () => 30);
    tide.run(8, () => 1, 60_000);
    const drained = tide.wishes();
    expect(drained.at(-1)).toBe('drain');
    const config = configWith({ servers: pool(['ready', 'ready', 'standby']), slowStart: '0s', elasticity: byConnections });
    tide.world.configure(config);
    tide.run(5, () => 5);
    expect(tide.wishes()).toEqual(drained);
  });
});
