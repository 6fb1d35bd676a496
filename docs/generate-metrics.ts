import { LogStream } from '../controller/api/log/stream.ts';
import { Metrics } from '../controller/api/metrics.ts';
import { SwitchRecords } from '../controller/api/switch-records.ts';
import { App } from '../controller/app.ts';
import { configSchema } from '../controller/core/config.ts';
import { generated } from './generated.ts';

/** A controller without switches: its metrics are the same. */
const service = { name: 'web', vip: '10.0.0.100', port: 80, servers: [{ name: 's1', ip: '10.0.0.1' }] };
const app = new App(configSchema.parse({ services: [service] }), () => 0.5);
const metrics = new Metrics(
  {
    ...{ app, version: '1', startedAt: 0, now: () => 0, log: new LogStream(() => {}), alerts: () => [] },
    switches: new SwitchRecords(() => Promise.reject(new Error('no switch'))),
  },
  { ofProcess: false },
);

const rows = metrics.described.map(
  ({ name, type, help, labels }) => `| \`${name}\` | ${type} | ${labels.map(label => `\`${label}\``).join(', ')} | ${help} |`,
);

generated(
  'metrics.md',
  `# Metrics

The table is generated from \`controller/api/metrics.ts\` by \`npm run docs\`.

Prometheus scrapes \`GET /metrics\` on the address \`listen.http\`. When \`api.tokens\` are configured, it needs one with the role \`read\`:

\`\`\`yaml
scrape_configs:
  - job_name: vipflow
    authorization: { credentials_file: /etc/prometheus/vipflow.token }
    static_configs: [{ targets: ['127.0.0.1:8080'] }]
\`\`\`

Labels are names of services, servers and switches, and fixed words, never addresses of clients. So the number of series is bounded by the configuration, and
the series of a removed server are removed.

| metric | kind | labels | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}

\`process_*\` and \`nodejs_*\` describe the process; they are prom-client's defaults.

- \`vipflow_decision_seconds\` is the controller's own time, from the received packet to the sent messages.
- \`vipflow_response_seconds\` and \`vipflow_bytes_total\` are counted at the end of a connection.
- \`vipflow_restored_total\` is the sum of the lines \`restored\` of the log ([reliability.md](reliability.md#somebody-else-changes-a-switch)).
- \`vipflow_switch_flows\` is requested from each switch on a scrape, at most once in 5 s.

[\`grafana-dashboard.json\`](grafana-dashboard.json) shows the metrics: import it in Grafana and select the data source.
[\`alert-rules.yml\`](alert-rules.yml) has alerts for Prometheus. \`promtool check rules docs/alert-rules.yml\` and a test check that both use the names above.
`,
);
