import { type Connection, connect } from '../../openflow/index.ts';
import { type SwitchUnderTest, switchContract } from '../contracts/switch.ts';
import { DummyOvs } from './dummy-ovs.ts';

/** How often Open vSwitch looks around while time passes. */
const STEP_MS = 250;
/** How long a packet takes that goes up to the daemon, at most, on a busy machine. */
const HANDLED_MS = 40;

async function start(): Promise<SwitchUnderTest> {
  const ovs = await new DummyOvs().start(4);
  const connections: Connection[] = [];
  return {
    async connect() {
      const connection = await connect({ path: ovs.management }, { echoAfterMs: 0 });
      connections.push(connection);
      return connection;
    },
    async inject(port, frame) {
      await ovs.appctl('netdev-dummy/receive', `p${port}`, Buffer.from(frame).toString('hex'));
      await new Promise(resolve => setTimeout(resolve, HANDLED_MS));
    },
    outputs: () => Promise.resolve(ovs.outputs()),
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
