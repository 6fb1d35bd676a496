import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { byAddress } from '../model/activity.ts';
import type { Host, Switch } from '../model/snapshot.ts';
import { Capabilities } from './capabilities.tsx';
import { Empty } from './empty.tsx';
import { Icon } from './icon.tsx';
import { InstalledFlows } from './installed-flows.tsx';
import { useStore } from './store-context.ts';
import { WideTable } from './wide-table.tsx';
import { useWords } from './words.ts';

/** Switches with their ports and flows, and the hosts behind them. */
export function Network(): VNode {
  const { text } = useWords();
  const { snapshot } = useStore();
  return (
    <div class="network">
      <h1 class="sr">{text.views.network}</h1>
      {snapshot.switches?.length === 0 && <Empty kind="switches" />}
      {(snapshot.switches ?? []).map(record => (
        <SwitchCard key={record.dpid} record={record} hosts={snapshot.hosts} />
      ))}
      <Hosts hosts={snapshot.hosts} switches={snapshot.switches ?? []} />
    </div>
  );
}

function SwitchCard({ record, hosts }: { record: Switch; hosts: readonly Host[] }): VNode {
  const { text, format } = useWords();
  const [showsFlows, setShowsFlows] = useState(false);
  const { dpid, number, address, description, connected, since, ports, flows, capabilities, restored } = record;
  const there = (port: number) =>
    hosts
      .filter(host => host.dpid === dpid && host.port === port)
      .map(({ name, ip, mac }) => name ?? ip ?? mac)
      .join(', ');
  return (
    <section class="panel" aria-labelledby={`switch-${dpid}`}>
      <header class="panel-head">
        <h2 id={`switch-${dpid}`}>{text.network.switch(number)}</h2>
        <span class={`state is-${connected ? 'up' : 'down'}`}>
          <Icon name={connected ? 'up' : 'down'} /> {connected ? text.network.connected : text.network.lost}
        </span>
        <span class="quiet small">{text.network.since(format.dateTime(since))}</span>
        <span class="spring" />
        <span class="mono quiet small">{dpid}</span>
        <span class="mono quiet small">{address}</span>
      </header>
      <p class="quiet small">{description}</p>
      {capabilities !== null && <Capabilities able={capabilities} />}
      <WideTable label={text.network.ports}>
        <thead>
          <tr>
            <th scope="col" class="number">
              {text.network.port}
            </th>
            <th scope="col">{text.network.name}</th>
            <th scope="col">{text.network.state}</th>
            <th scope="col" class="number">
              {text.network.received}
            </th>
            <th scope="col" class="number">
              {text.network.sent}
            </th>
            <th scope="col">{text.network.there}</th>
          </tr>
        </thead>
        <tbody>
          {ports.map(({ port, name, up, rxBytesPerSecond, txBytesPerSecond }) => (
            <tr key={port}>
              <th scope="row" class="number">
                {port}
              </th>
              <td class="mono">{name}</td>
              <td>
                <span class={`state is-${up ? 'up' : 'down'}`}>
                  <Icon name={up ? 'up' : 'down'} /> {up ? text.network.up : text.network.down}
                </span>
              </td>
              <td class="number">{rxBytesPerSecond === null ? '–' : format.bytesPerSecond(rxBytesPerSecond)}</td>
              <td class="number">{txBytesPerSecond === null ? '–' : format.bytesPerSecond(txBytesPerSecond)}</td>
              <td class="mono">{there(port)}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      <footer class="panel-foot">
        <button type="button" aria-expanded={showsFlows} onClick={() => setShowsFlows(!showsFlows)}>
          {showsFlows ? text.network.hideFlows : text.network.showFlows}
        </button>
        {flows !== null && <span class="quiet small figures">{text.stage.flows(format.count(flows))}</span>}
        {restored > 0 && (
          <span class="restored small figures">
            <Icon name="undo" /> {text.network.restored(format.count(restored))}
          </span>
        )}
      </footer>
      {showsFlows && <InstalledFlows dpid={dpid} />}
    </section>
  );
}

function Hosts({ hosts, switches }: { hosts: readonly Host[]; switches: readonly Switch[] }): VNode {
  const { text } = useWords();
  const numbers = new Map(switches.map(({ dpid, number }) => [dpid, number]));
  const sorted = [...hosts].sort((a, b) => byAddress(a.ip ?? a.mac, b.ip ?? b.mac));
  return (
    <section class="panel" aria-labelledby="hosts-title">
      <header class="panel-head">
        <h2 id="hosts-title">{text.network.hosts}</h2>
      </header>
      {sorted.length === 0 ? (
        <p class="quiet">{text.empty.hosts}</p>
      ) : (
        <WideTable label={text.network.hosts}>
          <thead>
            <tr>
              <th scope="col">{text.network.address}</th>
              <th scope="col">{text.network.name}</th>
              <th scope="col">{text.network.role}</th>
              <th scope="col">{text.network.mac}</th>
              <th scope="col">{text.network.place}</th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ mac, ip, dpid, port, role, name }) => (
              <tr key={`${dpid} ${mac} ${ip}`}>
                <th scope="row" class="mono">
                  {ip ?? '–'}
                </th>
                <td>{name ?? ''}</td>
                <td>{text.network.roles[role]}</td>
                <td class="mono">{mac}</td>
                <td>{text.network.placeAt(numbers.get(dpid) ?? 0, port)}</td>
              </tr>
            ))}
          </tbody>
        </WideTable>
      )}
    </section>
  );
}
