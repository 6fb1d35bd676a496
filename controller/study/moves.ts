import type { LogEntry } from '../core/events.ts';

/** Changes of the pool that follow each other closer are one. */
const ONE_CHANGE_MS = 1500;

/** Counts the clients whose server changed although it was still there, each time when the pool changed. From the log alone. */
export class Moves {
  /** Clients that came before and after a change, and those of them whose server changed. */
  compared = 0;
  moved = 0;
  readonly #serverOf = new Map<string, string>();
  readonly #up = new Set<string>();
  /** Where clients were before the last change; without those that have come again since. */
  #before = new Map<string, string>();
  #changedAt = Number.NEGATIVE_INFINITY;
  #isWatching = false;

  /** From now on the pool is as it should be, and changes of it count. */
  begin(): void {
    this.#isWatching = true;
  }

  onEntry(entry: LogEntry): void {
    if (entry.type === 'decision') this.#decided(entry.client.ip, entry.server.name);
    else if (entry.type === 'server') {
      if (entry.state === 'up') this.#up.add(entry.server);
      else this.#up.delete(entry.server);
      this.#change(Date.parse(entry.time));
    }
  }

  #change(now: number): void {
    if (this.#isWatching && now - this.#changedAt > ONE_CHANGE_MS) this.#before = new Map(this.#serverOf);
    this.#changedAt = now;
  }

  #decided(client: string, server: string): void {
    const before = this.#before.get(client);
    this.#before.delete(client);
    this.#serverOf.set(client, server);
    if (before === undefined || !this.#up.has(before)) return;
    this.compared += 1;
    if (before !== server) this.moved += 1;
  }
}
