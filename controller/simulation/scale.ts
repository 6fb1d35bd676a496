import { VISIT, Visit } from '../../topologies/embedded/http/visit.ts';
import { Random } from '../../topologies/embedded/random.ts';
import { configOf, labOf, type Size } from './drawing.ts';
import { NEAR, WORLD } from './settings.ts';
import { World } from './world.ts';

/** A world without faults, as large as is asked for: so many connections, evenly spread over some seconds. */
export function runScale(size: Size, connections: number, seconds: number) {
  const random = new Random('scale');
  const spec = labOf(size, random.fork('lab'));
  const world = new World({ seed: 'scale', spec, config: configOf(spec, random.fork('config')), delay: NEAR });
  const { clock, lab, invariants, controller } = world;
  const [web] = spec.services;
  const clients = spec.hosts.filter(({ role }) => role === 'client').map(({ name }) => lab.host(name));
  world.start();
  let events = clock.run(WORLD.trafficAtMs);
  const readySwitches = controller.readySwitches;
  let answered = 0;
  let begun = 0;
  const record = ({ error }: { error: string | undefined }) => {
    if (error === undefined) answered += 1;
  };
  const next = () => {
    if (begun === connections) return;
    const host = clients[begun % clients.length]!;
    begun += 1;
    new Visit(host, random, { ...VISIT, ip: web!.vip, port: web!.port }, { record, done: () => {} });
    clock.after((seconds * 1000) / connections, next);
  };
  next();
  events += clock.run(seconds * 1000 + 60_000);
  return { readySwitches, connections: invariants.ledger.ends, answered, events, violations: invariants.violations };
}
