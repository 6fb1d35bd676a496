import { type Scenario, scenarioSchema } from './scenario.ts';
import { capacities, capacitiesWeighted } from './scenarios/capacities.ts';
import { equalServers } from './scenarios/equal-servers.ts';
import { crash, hang } from './scenarios/failures.ts';
import { flashCrowd } from './scenarios/flash-crowd.ts';
import { heavyTail } from './scenarios/heavy-tail.ts';
import { longAndShort } from './scenarios/long-and-short.ts';
import { oneAddress } from './scenarios/one-address.ts';
import { oneSlowServer } from './scenarios/one-slow-server.ts';
import { pools } from './scenarios/pools.ts';
import { scaleOut } from './scenarios/scale-out.ts';

/** The scenarios as they are written, in the order of the report. */
export const scenarioInputs = [
  ...[equalServers, oneSlowServer, capacities, capacitiesWeighted, heavyTail, flashCrowd],
  ...[crash, hang, oneAddress, longAndShort, ...pools, scaleOut],
];

/** Every scenario that comes with vipflow. */
export const scenarios: readonly Scenario[] = scenarioInputs.map(input => scenarioSchema.parse(input));

export const scenarioNames = scenarios.map(({ name }) => name);
