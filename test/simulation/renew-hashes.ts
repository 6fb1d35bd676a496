// When the controller, the embedded lab or the simulator changes on purpose: npx tsx test/simulation/renew-hashes.ts
import { renewHashes } from './hashes.ts';

renewHashes();
