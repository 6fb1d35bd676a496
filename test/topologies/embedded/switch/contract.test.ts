import { Connection, opened } from '../../../../openflow/index.ts';
import { VirtualClock } from '../../../../topologies/embedded/clock.ts';
import { EmbeddedSwitch } from '../../../../topologies/embedded/switch/embedded-switch.ts';
import type { SwitchUnderTest } from '../../../contracts/switch/rig.ts';
import { switchContract } from '../../../contracts/switch.ts';
import { duplexPair, settle } from '../../../openflow/pair.ts';

function start(): Promise<SwitchUnderTest> {
  const clock = new VirtualClock();
  let sent: { port: number; frame: Uint8Array }[] = [];
  const ports = [1, 2, 3, 4].map(number => ({ number, name: `s1-eth${number}`, mac: `02:00:00:00:01:0${number}` }));
  const output = (port: number, frame: Uint8Array): void => void sent.push({ port, frame });
  const at = new EmbeddedSwitch({ name: 's1', dpid: '0000000000000001', ports, clock, output });
  return Promise.resolve({
    connect() {
      const [here, there] = duplexPair();
      at.connect(() => there, { echoAfterMs: 0 });
      return opened(new Connection(here, { echoAfterMs: 0 }));
    },
    async inject(port, frame) {
      at.receive(port, frame);
      await settle();
    },
    async outputs() {
      await settle();
      return sent.splice(0);
    },
    async pass(ms) {
      clock.run(ms);
      await settle();
    },
    async setLink(port, up) {
      at.portChanged(port, up);
      await settle();
    },
    stop() {
      at.close();
      sent = [];
      return Promise.resolve();
    },
  });
}

switchContract('the embedded switch', start);
