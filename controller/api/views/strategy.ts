import { z } from 'zod';
import { strategies } from '../../strategies/catalogue.ts';
import type { StrategyView } from '../shapes.ts';

/** The built-in strategies. */
export function strategiesView(): StrategyView[] {
  return Object.entries(strategies).map(([name, { summary, options, wants = {} }]) => {
    const { closes = false, responses = false, traffic = false } = wants;
    const schema = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' });
    return { name, summary, options: schema as Record<string, unknown>, wants: { closes, responses, traffic } };
  });
}
