import type { Incident } from '../../alerts/incident.ts';
import type { AlertView } from '../shapes.ts';
import { timeText } from '../time-text.ts';

export function alertView({ alert, subject, service, since, reason }: Incident): AlertView {
  return { alert, subject, service: service ?? null, since: timeText(since), reason };
}
