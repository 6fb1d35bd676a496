import type { RequestRecord } from '../../topologies/embedded/http/visit.ts';
import { type Figures, figuresOf, type Sample, type Served } from './figures.ts';
import { Moves } from './moves.ts';
import { VIP } from './place.ts';
import { plannedArrivals, StudyTraffic } from './traffic.ts';
import { StudyWorld, type StudyWorldOptions } from './world.ts';

/** How often the living connections are counted. */
const SAMPLE_EVERY_MS = 250;
/** After the last arrival, for what is under way. */
const FINISH_MS = 60_000;
const FINISH_STEP_MS = 500;

export interface RunOptions extends Omit<StudyWorldOptions, 'onEntry'> {
  readonly onEntry?: StudyWorldOptions['onEntry'];
}

/** One strategy through one scenario with one seed. The same options give the same figures. */
export function runOnce({ scenario, strategy, book, seed, onEntry = () => {} }: RunOptions): Figures {
  const moves = new Moves();
  const world = new StudyWorld({
    ...{ scenario, strategy, book, seed },
    onEntry: entry => {
      moves.onEntry(entry);
      onEntry(entry);
    },
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
  const traffic = new StudyTraffic(world.clients, seed, record);
  traffic.start(plannedArrivals(scenario, seed), scenario, { ip: VIP, port: 80 });
  for (const happening of scenario.happenings) clock.at(startedAt + happening.atMs, () => world.happen(happening));
  const samples = watch(world, startedAt, scenario.durationMs);
  for (let waited = 0; traffic.inProgress > 0 && waited < FINISH_MS; waited += FINISH_STEP_MS) clock.run(FINISH_STEP_MS);
  return figuresOf(scenario, { served, samples, unfinished: traffic.inProgress, ...moves.result });
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
