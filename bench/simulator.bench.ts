import { runScale } from '../controller/simulation/scale.ts';
import { FAULT_KINDS } from '../controller/simulation/settings.ts';
import { simulate } from '../controller/simulation/simulation.ts';

/** What the simulator does in a second of processor time, every law checked. */

const CONNECTIONS = 50_000;
const WORLDS = 50;

function measured<T>(run: () => T): { result: T; seconds: number } {
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}

function show(what: string, connections: number, events: number, seconds: number): void {
  const [perConnection, perEvent] = [connections, events].map(count => Math.round(count / seconds).toLocaleString('en-US'));
  console.log(`${what}: ${seconds.toFixed(1)} s, ${perConnection} connections/s, ${perEvent} events/s`);
}

const scale = measured(() => runScale({ servers: 10, clients: 20, switches: 1 }, CONNECTIONS, 60));
const { connections, answered, events, violations } = scale.result;
if (connections !== CONNECTIONS || answered !== CONNECTIONS || violations.length > 0) throw new Error('a law is broken');
show(`${CONNECTIONS} connections over 10 servers`, connections, events, scale.seconds);
console.log(`memory at most: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);

const worlds = measured(() => Array.from({ length: WORLDS }, (_, i) => simulate({ seed: String(i), faults: FAULT_KINDS })));
const sum = (of: 'connections' | 'events') => worlds.result.reduce((total, world) => total + world[of], 0);
show(`${WORLDS} worlds with all faults`, sum('connections'), sum('events'), worlds.seconds);
