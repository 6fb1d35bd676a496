import { ConfigDocument } from '../controller/core/config-file.ts';
import { startController } from '../controller/main.ts';
import { strategies } from '../controller/strategies/catalogue.ts';

/** A controller in a process of its own; it tells its ports to the one who started it. */
const servers = [1, 2, 3].map(number => ({ name: `server${number}`, ip: `10.0.0.${number}`, port: 8000 }));
const document = ConfigDocument.of(
  {
    listen: { openflow: '127.0.0.1:0', http: '127.0.0.1:0' },
    services: [{ name: 'web', vip: '10.0.0.100', port: 80, health: { type: 'arp' }, servers }],
  },
  { strategies },
);
const { openflowPort, httpPort } = await startController(document);
process.send!({ openflowPort, httpPort });
process.on('disconnect', () => process.exit());
