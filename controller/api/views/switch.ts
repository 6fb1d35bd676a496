import { OFPP, type Port } from '../../../openflow/index.ts';
import { isUp } from '../../core/switch.ts';
import type { Rates } from '../../network/port-rates.ts';
import type { ApiContext } from '../api-context.ts';
import type { PortView, SwitchView } from '../shapes.ts';
import type { SwitchRecord } from '../switch-records.ts';

/** A connected switch is asked for its flow count unless a recent one is known. */
export async function switchView(context: ApiContext, record: SwitchRecord): Promise<SwitchView> {
  return switchViewWith(context, record, await context.switches.flows(record.dpid, context.now()));
}

/** The view with a flow count that is given. */
export function switchViewWith({ app }: ApiContext, record: SwitchRecord, flows: number | null): SwitchView {
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
    ports: ports.map(port => portView(port, app.network.rates.of(dpid, port.portNo))).sort((a, b) => a.port - b.port),
    flows,
    capabilities: at?.can ?? null,
    restored: app.reconciler.totalOf(dpid),
  };
}

function portView(port: Port, { rx, tx }: Rates): PortView {
  return { port: port.portNo, name: port.name, mac: port.hwAddr, up: isUp(port), rxBytesPerSecond: rx, txBytesPerSecond: tx };
}
