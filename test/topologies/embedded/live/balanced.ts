import { afterAll } from 'vitest';
import { ConfigDocument } from '../../../../controller/core/config-file.ts';
import type { LogEntry } from '../../../../controller/core/events.ts';
import { type Controller, startController } from '../../../../controller/main.ts';
import { strategies } from '../../../../controller/strategies/catalogue.ts';
import { LiveLab } from '../../../../topologies/embedded/live/live-lab.ts';
import type { LabSpec } from '../../../../topologies/spec.ts';

const started: { stop(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of started.splice(0).reverse()) await one.stop();
});

export interface Balanced {
  readonly lab: LiveLab;
  readonly controller: Controller;
  readonly log: LogEntry[];
  logged<T extends LogEntry['type']>(type: T): Extract<LogEntry, { type: T }>[];
}

/** A lab in real time with its controller, over TCP; connections that ended are forgotten within a second or two. */
export async function balanced(spec: LabSpec): Promise<Balanced> {
  const log: LogEntry[] = [];
  const services = spec.services.map(service => ({
    ...service,
    finTimeout: '1s',
    slowStart: '0s',
    health: { interval: '300ms', timeout: '200ms' },
  }));
  const document = ConfigDocument.of({ listen: { openflow: '127.0.0.1:0', http: '127.0.0.1:0' }, services }, { strategies });
  const controller = await startController(document, { onEntry: entry => log.push(entry) });
  started.push(controller);
  const lab = new LiveLab(spec, { controller: { host: '127.0.0.1', port: controller.openflowPort } });
  started.push(lab);
  await lab.startServers();
  const logged = <T extends LogEntry['type']>(type: T) =>
    log.filter((entry): entry is Extract<LogEntry, { type: T }> => entry.type === type);
  return { lab, controller, log, logged };
}
