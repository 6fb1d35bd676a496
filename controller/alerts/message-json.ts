import type { AlertMessage } from './message.ts';

/** An alert for programs (`docs/alerts.md`); `v` is the version of the shape. */
export function jsonOf({ id, state, time, subject, body, incidents }: AlertMessage): object {
  return {
    ...{ v: 1, id, state, time, subject, text: body },
    alerts: incidents.map(({ since, ...incident }) => ({ ...incident, since: new Date(since).toISOString() })),
  };
}
