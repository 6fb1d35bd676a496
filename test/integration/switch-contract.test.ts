import { type Connection, connect } from '../../openflow/index.ts';
import type { SwitchUnderTest } from '../contracts/switch/rig.ts';
import { switchContract } from '../contracts/switch.ts';
import { DummyOvs } from './dummy-ovs.ts';

/** How often Open vSwitch looks around while time passes. */
const STEP_MS = 250;
/** How long a packet takes that goes up to the daemon; on a busy machine some times as long. */
const HANDLED_MS = 40;

const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

async function start(): Promise<SwitchUnderTest> {
  const ovs = await new DummyOvs().start(4);
  const connections: Connection[] = [];
  let injected = false;
  return {
    async connect() {
      const connection = await connect({ path: ovs.management }, { echoAfterMs: 0 });
      connections.push(connection);
      return connection;
    },
    async inject(port, frame) {
      await ovs.appctl('revalidator/purge'); // what it remembers of the tables as they were
      await ovs.appctl('netdev-dummy/receive', `p${port}`, Buffer.from(frame).toString('hex'));
      await sleep(HANDLED_MS);
      injected = true;
    },
    async outputs() {
      let outputs = ovs.outputs();
      for (let i = 0; i < 10 && injected && outputs.length === 0; i++) {
        await sleep(HANDLED_MS);
        outputs = ovs.outputs();
      }
      injected = false;
      return outputs;
    },
    async pass(ms) {
      await ovs.appctl('time/warp', String(ms), String(STEP_MS));
      await ovs.appctl('revalidator/wait');
      await ovs.appctl('revalidator/wait');
    },
    async setLink(port, up) {
      await ovs.appctl('netdev-dummy/set-admin-state', `p${port}`, up ? 'up' : 'down');
    },
    async stop() {
      for (const connection of connections) connection.close();
      await ovs.stop();
    },
  };
}

switchContract('Open vSwitch', start);
