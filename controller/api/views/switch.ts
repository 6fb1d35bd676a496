import { OFPP, OFPPC, OFPPS, type Port } from '../../../openflow/index.ts';
import type { Rates } from '../../network/port-rates.ts';
import type { Plant } from '../plant.ts';
import type { PortView, SwitchView } from '../shapes.ts';
import type { SwitchRecord } from '../switch-book.ts';

/** Every switch of this run, those that left included; each one that is here is asked for the number of its flows, if it was not lately. */
export function switchesView(plant: Plant): Promise<SwitchView[]> {
  return Promise.all(plant.switches.list.map(record => switchView(plant, record)));
}

export async function switchView(plant: Plant, record: SwitchRecord): Promise<SwitchView> {
  return switchViewWith(plant, record, await plant.switches.flows(record.dpid, plant.now()));
}

/** Without asking anybody. */
export function switchViewWith({ app }: Plant, record: SwitchRecord, flows: number | null): SwitchView {
  const { dpid, address, description, connected, since } = record;
  const at = app.switches.get(dpid);
  const ports = [...(at?.ports.values() ?? [])].filter(({ portNo }) => portNo <= OFPP.MAX || portNo === OFPP.LOCAL);
  return {
    dpid,
    number: Number.parseInt(dpid, 16),
    address,
    description,
    connected,
    since,
    ports: ports.map(port => portView(port, app.rates.of(dpid, port.portNo))).sort((a, b) => a.port - b.port),
    flows,
    isOpenVswitch: at?.isOpenVswitch ?? false,
  };
}

function portView({ portNo, name, hwAddr, config, state }: Port, { rx, tx }: Rates): PortView {
  const up = (config & OFPPC.PORT_DOWN) === 0 && (state & OFPPS.LINK_DOWN) === 0;
  return { port: portNo, name, mac: hwAddr, up, rxBytesPerSecond: rx, txBytesPerSecond: tx };
}
