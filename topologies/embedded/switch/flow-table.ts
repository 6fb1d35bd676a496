import { Classifier } from './classifier.ts';
import type { Flow } from './flow.ts';

/** One flow table: its entries, and how often packets looked for one and found one. */
export class FlowTable {
  readonly tableId: number;
  readonly flows = new Classifier<Flow>();
  lookups = 0;
  matches = 0;

  constructor(tableId: number) {
    this.tableId = tableId;
  }
}
