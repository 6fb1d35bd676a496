import { createHash } from 'node:crypto';
import type { Scheduler } from '../../../topologies/embedded/clock.ts';
import type { Link } from '../../../topologies/embedded/link.ts';

/** A digest of every frame of some links: when, where, what became of it, and its bytes. */
export function frameDigest(links: readonly Link[], clock: Scheduler): () => string {
  const hash = createHash('sha256');
  for (const link of links) {
    link.observer = (frame, from, fate) => {
      hash.update(`${clock.now()} ${link.name} ${from.index} ${fate} ${frame.length}\n`);
      hash.update(frame);
    };
  }
  return () => hash.digest('hex');
}
