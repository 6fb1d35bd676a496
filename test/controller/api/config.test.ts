import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../../controller/core/config.ts';
import { ConfigDocument } from '../../../controller/core/config-file.ts';
import { configWith } from '../connections/world.ts';
import { ADMIN, ApiWorld, READ, TOKENS, words } from './api-world.ts';

const SLACK = 'https://hooks.example/T0/B0/XYZ-secret';
const CONFIG: ConfigInput = {
  ...configWith(),
  api: TOKENS,
  alerts: {
    channels: [
      { type: 'webhook', name: 'slack', url: SLACK },
      { type: 'webhook', name: 'pager', url: 'https://pager.example/secret-2', headers: { 'x-key': { env: 'PAGER_KEY' } } },
    ],
  },
};

const admin = { authorization: `Bearer ${ADMIN}` };

describe('the configuration over REST', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  function fileWith(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'vipflow-config-'));
    folders.push(folder);
    const file = join(folder, 'vipflow.yaml');
    writeFileSync(file, text, { mode: 0o640 });
    return file;
  }

  it.each(['yaml', 'json'])('is shown as %s without a secret', async format => {
    const world = ApiWorld.ready({ config: CONFIG });
    const { text } = await world.api('GET', `/config?format=${format}`, { headers: { authorization: `Bearer ${READ}` } });
    expect(text).toContain('server1');
    expect(text).toContain('***');
    expect(text).toContain('PAGER_KEY');
    for (const secret of [READ, ADMIN, SLACK, 'secret-2']) expect(text).not.toContain(secret);
  });

  it('can be sent back as it was shown: secrets that are *** stay, also in another order', async () => {
    const world = ApiWorld.ready({ config: CONFIG });
    const shown = await world.api('GET', '/config', { headers: admin });
    const [first, second] = [shown.text.indexOf('    - type: webhook'), shown.text.lastIndexOf('    - type: webhook')];
    const [slack, pager] = [shown.text.slice(first, second), shown.text.slice(second)];
    const text = `${shown.text.slice(0, first)}${pager}${slack}`;
    const { status, json } = await world.api('PUT', '/config', {
      body: text,
      headers: { ...admin, 'content-type': 'text/yaml' },
    });
    expect([status, json]).toEqual([200, expect.anything()]);
    const { channels } = world.world.app.config.alerts;
    const urls = channels.map(channel => ('url' in channel ? [channel.name, channel.url?.reveal()] : []));
    expect(urls).toEqual([
      ['pager', 'https://pager.example/secret-2'],
      ['slack', SLACK],
    ]);
    expect((await world.api('GET', '/status', { headers: admin })).status).toBe(200);
  });

  it('is replaced as a whole, and the response lists the changes', async () => {
    const world = ApiWorld.ready();
    const body = configWith({ strategy: 'random' });
    expect((await world.api('POST', '/config/check', { body })).json).toEqual({
      ...{ valid: true, problems: [], changes: ['web: strategy round-robin -> random'] },
    });
    expect(world.world.app.config.services[0]!.strategy.name).toBe('round-robin');
    expect((await world.api('PUT', '/config', { body })).json).toEqual({ changes: ['web: strategy round-robin -> random'] });
    expect(world.world.app.config.services[0]!.strategy.name).toBe('random');
  });

  it.each([
    ['no YAML', 'services: [', { line: 1 }],
    [
      'no configuration',
      'services:\n  - name: web\n    vip: 10.0.0.300\n    port: 80\n    servers: [{ name: a, ip: 10.0.0.1 }]\n',
      { line: 3 },
    ],
    ['a setting that is none', `${ConfigDocument.of(configWith(), words)}alarms: {}\n`, { path: 'alarms', column: 1 }],
  ])('is not replaced by what is %s; the place is reported', async (_title, text, place) => {
    const world = ApiWorld.ready();
    const options = { body: text, headers: { 'content-type': 'text/yaml' } };
    const before = world.liveConfig.document;
    const put = await world.api('PUT', '/config', options);
    expect(put).toMatchObject({ status: 422, json: { problems: [place] } });
    const check = await world.api('POST', '/config/check', options);
    expect(check).toMatchObject({ status: 200, json: { valid: false, problems: put.json.problems, changes: [] } });
    expect(world.liveConfig.document).toBe(before);
  });

  it('requires a content type', async () => {
    const world = ApiWorld.ready();
    const headers = { 'content-type': 'text/plain' };
    expect((await world.api('PUT', '/config', { body: 'x', headers })).status).toBe(415);
    expect((await world.api('POST', '/config/check', { body: 'x', headers })).status).toBe(415);
  });

  it('cannot lock everybody out where others can connect', async () => {
    const config = { ...configWith(), api: TOKENS, listen: { http: '0.0.0.0:8080' } };
    const world = ApiWorld.ready({ config, address: { host: '0.0.0.0', port: 8080 } });
    const body = { ...configWith(), listen: { http: '0.0.0.0:8080' } };
    const { status, json } = await world.api('PUT', '/config', { body, headers: admin });
    expect([status, json.problems[0].path]).toEqual([422, 'listen.http']);
  });

  it('is written to its file, comments kept, and then no longer unsaved', async () => {
    const text = `# ours\n${ConfigDocument.of(configWith(), words)}`;
    const configFile = fileWith(text);
    const world = ApiWorld.ready({ configFile });
    await world.liveConfig.change('test', () => ConfigDocument.parse(text, words, configFile));
    const state = async () => (await world.api('GET', '/status')).json.config;
    expect(await state()).toEqual({ file: configFile, writable: true, unsaved: false });
    await world.api('PATCH', '/services/web/servers/server1', { body: { state: 'drain' } });
    expect(await state()).toMatchObject({ unsaved: true });
    const saved = await world.api('POST', '/config/save');
    expect(saved).toMatchObject({ status: 200, json: { unsaved: false } });
    expect(await state()).toMatchObject({ unsaved: false });
    const after = readFileSync(configFile, 'utf8');
    expect(after).toMatch(/^# ours/);
    expect(ConfigDocument.parse(after, words).config.services[0]!.servers[0]!.state).toBe('drain');
  });

  it('is not written over a file that somebody is just mending, nor where there is none', async () => {
    const configFile = fileWith('services: [');
    const broken = await ApiWorld.ready({ configFile }).api('POST', '/config/save');
    expect(broken).toMatchObject({ status: 409, json: { detail: expect.stringContaining('correct the file first') } });
    expect(readFileSync(configFile, 'utf8')).toBe('services: [');
    expect((await ApiWorld.ready().api('POST', '/config/save')).status).toBe(409);
  });

  it('is not written where its file has gone', async () => {
    const configFile = fileWith(String(ConfigDocument.of(configWith(), words)));
    rmSync(configFile);
    const world = ApiWorld.ready({ configFile });
    expect((await world.api('GET', '/status')).json.config.writable).toBe(false);
    expect((await world.api('POST', '/config/save')).status).toBe(409);
  });
});
