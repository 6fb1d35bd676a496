import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configWith } from '../connections/world.ts';
import { ApiWorld } from './api-world.ts';
import { endLine, restoredLine } from './log/lines.ts';

const fileOf = (name: string) => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
const promtool = (args: string[], input?: string) => spawnSync('promtool', args, { input, encoding: 'utf8' });
/** Debian's `prometheus`, as an independent judge. */
const hasPromtool = promtool(['--version']).status === 0;

/** A world in which something of everything has happened. */
function busy() {
  const world = ApiWorld.ready();
  world.connect(4, 40001);
  world.connect(4, 40002);
  world.tick(100);
  world.end(40001);
  world.publish(endLine(900, { service: 'web', server: 'server1', responseMs: 7, why: 'server-down', bytes: { in: 3, out: 4 } }));
  world.publish({ ...endLine(901), type: 'refused', reason: { rule: 'no server is "up"\nnow', servers: [] } } as never);
  world.publish({ ...endLine(902), type: 'warning', message: 'x' } as never);
  world.publish(restoredLine(903));
  world.alerts = [{ alert: 'server-down', subject: 'web/server1', since: 0, reason: 'silent' }];
  world.httpApi.metrics.decided(0.0002);
  return world;
}

const textOf = async (world: ApiWorld) => (await world.ask('GET', '/metrics')).text;

describe('the metrics', () => {
  it('show events and states', async () => {
    const lines = (await textOf(busy())).split('\n');
    for (const line of [
      'vipflow_decisions_total{service="web",server="server1"} 1',
      'vipflow_refused_total{service="web",reason="no server is \\"up\\"\\nnow"} 1',
      'vipflow_connections_ended_total{service="web",server="server1",why="server-down"} 1',
      'vipflow_response_seconds_count{service="web",server="server1"} 1',
      'vipflow_response_seconds_bucket{le="0.01",service="web",server="server1"} 1',
      'vipflow_response_seconds_bucket{le="0.005",service="web",server="server1"} 0',
      'vipflow_connections{service="web",server="server2"} 1',
      'vipflow_server_up{service="web",server="server3"} 1',
      'vipflow_server_state{service="web",server="server3",state="ready"} 1',
      'vipflow_server_state{service="web",server="server3",state="drain"} 0',
      'vipflow_server_weight{service="web",server="server3"} 1',
      'vipflow_service_up{service="web"} 1',
      'vipflow_switch_connected{switch="0000000000000001"} 1',
      'vipflow_switch_flows{switch="0000000000000001"} 17',
      'vipflow_restored_total{switch="0000000000000001"} 18',
      'vipflow_alerts{alert="server-down"} 1',
      'vipflow_decision_seconds_count 1',
      'vipflow_info{version="1.2.3"} 1',
      'vipflow_log_readers 0',
    ])
      expect(lines).toContain(line);
  });

  it('name no client, whoever asks', async () => {
    const world = ApiWorld.ready();
    for (let port = 1000; port < 1200; port++) world.connect(4 + (port % 5), port);
    const text = await textOf(world);
    expect(text).not.toContain('10.0.0.');
    const before = text.split('\n').length;
    for (let port = 2000; port < 2200; port++) world.connect(4 + (port % 5), port);
    expect((await textOf(world)).split('\n').length).toBe(before);
  });

  it('have as many series as things are configured: what leaves is counted no more, and reasons are few', async () => {
    const world = busy();
    await world.liveConfig.change('test', document => document.edit([{ path: ['services', 0, 'servers', 0], value: undefined }]));
    await new Promise(setImmediate);
    for (let i = 0; i < 100; i++)
      world.publish({ ...endLine(1000 + i), type: 'refused', reason: { rule: `rule ${i}`, servers: [] } } as never);
    const text = await textOf(world);
    expect(text).not.toContain('server1');
    expect(text).toContain('vipflow_decisions_total{service="web",server="server2"} 1');
    expect(text.match(/vipflow_refused_total\{/g)!.length).toBeLessThanOrEqual(21);
    expect(text).toContain('reason="other"');
  });

  it('name each metric once, with what it is', async () => {
    const world = busy();
    const text = await textOf(world);
    for (const { name, type, help } of world.httpApi.metrics.described) {
      expect(text).toContain(`# TYPE ${name} ${type}\n`);
      expect(text).toContain(`# HELP ${name} ${help}\n`);
    }
    expect(text.match(/^# TYPE vipflow_/gm)).toHaveLength(world.httpApi.metrics.described.length);
  });

  it.skipIf(!hasPromtool)('pass promtool', async () => {
    const { status, stdout, stderr } = promtool(['check', 'metrics'], await textOf(busy()));
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });
});

describe('the files for Grafana and Prometheus', () => {
  const { described } = new ApiWorld({ config: configWith() }).httpApi.metrics;
  const known = new Set(
    described.flatMap(({ name, type }) =>
      type === 'histogram' ? ['bucket', 'count', 'sum'].map(part => `${name}_${part}`) : [name],
    ),
  );
  const namesIn = (text: string) => [...new Set(text.match(/vipflow_[a-z_]+/g))];

  it.each(['grafana-dashboard.json', 'alert-rules.yml'])('%s names metrics that there are', name => {
    const names = namesIn(readFileSync(fileOf(name), 'utf8'));
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter(each => !known.has(each))).toEqual([]);
  });

  it('show every metric of what is balanced', () => {
    const shown = namesIn(
      readFileSync(fileOf('grafana-dashboard.json'), 'utf8') + readFileSync(fileOf('alert-rules.yml'), 'utf8'),
    );
    const missing = described.filter(({ name }) => !shown.some(each => each.startsWith(name))).map(({ name }) => name);
    expect(missing).toEqual(['vipflow_warnings_total', 'vipflow_info']);
  });

  it('hold panels that each have a query, and rules that each have a description', () => {
    const dashboard = JSON.parse(readFileSync(fileOf('grafana-dashboard.json'), 'utf8'));
    const ids = dashboard.panels.map(({ id }: { id: number }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { targets } of dashboard.panels) expect(targets[0].expr).not.toBe('');
    for (const rule of parse(readFileSync(fileOf('alert-rules.yml'), 'utf8')).groups[0].rules)
      expect([rule.alert, typeof rule.annotations.summary, rule.labels.severity]).toEqual([
        expect.stringMatching(/^Vipflow/),
        'string',
        expect.stringMatching(/^(critical|warning|info)$/),
      ]);
  });

  it.skipIf(!hasPromtool)('pass promtool', () => {
    const { status, stderr, stdout } = promtool(['check', 'rules', fileOf('alert-rules.yml')]);
    expect([status, stderr, stdout]).toEqual([0, '', expect.stringContaining('SUCCESS')]);
  });

  it.skipIf(!hasPromtool)('ask what Prometheus understands', () => {
    const { panels } = JSON.parse(readFileSync(fileOf('grafana-dashboard.json'), 'utf8'));
    const asked = panels.flatMap(({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr));
    const rules = asked.map((expr: string, i: number) => ({
      record: `panel:${i}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$service', '.*'),
    }));
    const folder = mkdtempSync(join(tmpdir(), 'vipflow-rules-'));
    try {
      const file = join(folder, 'rules.json'); // JSON is YAML
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
      expect(promtool(['check', 'rules', file])).toMatchObject({ status: 0, stderr: '' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
