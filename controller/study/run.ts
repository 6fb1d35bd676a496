import type { RequestRecord } from '../../topologies/embedded/http/visit.ts';
import { type Figures, figuresOf, type Sample, type Served } from './figures.ts';
import { Moves } from './moves.ts';
import { VIP } from './place.ts';
import { startTraffic } from './traffic.ts';
import { type RunOptions, StudyWorld } from './world.ts';

/** How often the living connections are counted. */
const SAMPLE_EVERY_MS = 250;
/** After the last arrival, for what is under way. */
const FINISH_MS = 60_000;
const FINISH_STEP_MS = 500;

/** One strategy through one scenario with one seed. The same options give the same figures. */
export function runOnce(options: RunOptions): Figures {
  const { scenario, seed, onEntry } = options;
  const moves = new Moves();
  const world = new StudyWorld(options, entry => {
    moves.onEntry(entry);
    onEntry?.(entry);
  });
  const { clock } = world;
  world.start();
  const startedAt = clock.now();
  moves.begin();
  const served: Served[] = [];
  const record = ({ start, end, error, status, body }: RequestRecord) => {
    const isLost = error !== undefined || status !== 200;
    served.push({ atMs: start - startedAt, ms: end - start, server: isLost ? undefined : Number(body.slice(1)) });
  };
  const traffic = startTraffic(world.clients, scenario, seed, { ip: VIP, port: 80 }, record);
  for (const happening of scenario.happenings) clock.at(startedAt + happening.atMs, () => world.happen(happening));
  const samples = watch(world, startedAt, scenario.durationMs);
  for (let waited = 0; traffic.inProgress > 0 && waited < FINISH_MS; waited += FINISH_STEP_MS) clock.run(FINISH_STEP_MS);
  return figuresOf(scenario, { served, samples, unfinished: traffic.inProgress, moves });
}

function watch({ clock, servers }: StudyWorld, startedAt: number, durationMs: number): Sample[] {
  const samples: Sample[] = [];
  for (let ms = SAMPLE_EVERY_MS; ms <= durationMs; ms += SAMPLE_EVERY_MS) {
    clock.runUntil(startedAt + ms);
    samples.push({ atMs: ms, living: servers.map(({ statistics }) => statistics.connections) });
  }
  clock.runUntil(startedAt + durationMs);
  return samples;
}
