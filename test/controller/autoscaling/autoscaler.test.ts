import { expect, it } from 'vitest';
import { Autoscaler } from '../../../controller/autoscaling/autoscaler.ts';
import { ConfigDocument, type Edit } from '../../../controller/core/config-file.ts';
import { LiveConfig } from '../../../controller/live-config.ts';
import { builtIn } from '../../../controller/strategies/book.ts';
import { strategies } from '../../../controller/strategies/catalogue.ts';
import { configWith, switchOf, World } from '../connections/world.ts';

it('edits the server that was decided, whatever changes come before its turn', async () => {
  const servers = [1, 2, 3].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 }));
  const elasticity = { up: { connections: 20 }, down: { connections: 8 }, for: '500ms' };
  const spare = { ...servers[1]!, state: 'standby' as const };
  const config = configWith({ servers: [servers[0]!, spare, servers[2]!], elasticity });
  const { world } = World.ready(switchOf(1), config);
  const liveConfig = new LiveConfig(ConfigDocument.of(config, { strategies }), {
    load: async () => builtIn,
    handle: event => world.app.handle(event, world.now).length >= 0,
    log: () => {},
  });
  const warnings: string[] = [];
  const autoscaler = new Autoscaler({
    services: () => world.app.services.list,
    liveConfig,
    warn: sentence => warnings.push(sentence),
  });
  const states = () => liveConfig.document.config.services[0]!.servers.map(({ name, state }) => `${name} ${state}`);
  const pass = (ms: number) => {
    world.tick(ms);
    autoscaler.onTick(world.now);
  };
  const pool = ['services', 0, 'servers'];
  const change = (...edits: Edit[]) => liveConfig.change('somebody', document => document.edit(edits));
  pass(500);
  await change({ path: [...pool, 1, 'state'], value: 'ready' });
  void change({ path: [...pool, 0], value: undefined });
  pass(500);
  await change();
  expect(states()).toEqual(['server2 drain', 'server3 ready']);
  expect(warnings).toEqual([]);
});
