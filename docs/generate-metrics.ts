import { LogStream } from '../controller/api/log/stream.ts';
import { Metrics } from '../controller/api/metrics.ts';
import { SwitchRecords } from '../controller/api/switch-records.ts';
import { App } from '../controller/app.ts';
import { configSchema } from '../controller/core/config.ts';
import { generated } from './generated.ts';

/** A controller that nobody asked anything: its metrics are there all the same. */
const service = { name: 'web', vip: '10.0.0.100', port: 80, servers: [{ name: 's1', ip: '10.0.0.1' }] };
const app = new App(configSchema.parse({ services: [service] }), () => 0.5);
const metrics = new Metrics(
  {
    ...{ app, version: '1', startedAt: 0, now: () => 0, log: new LogStream(() => {}), alerts: () => [] },
    switches: new SwitchRecords(() => Promise.reject(new Error('nobody is asked'))),
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

\`GET /metrics\` on the address \`listen.http\` gives Prometheus what the controller counts. Where \`api.tokens\` are configured, it needs one
with the role \`read\`:

\`\`\`yaml
scrape_configs:
  - job_name: vipflow
    authorization: { credentials_file: /etc/prometheus/vipflow.token }
    static_configs: [{ targets: ['127.0.0.1:8080'] }]
\`\`\`

Labels are names of services, servers and switches, and words of ours; never addresses of clients. So there are as many series as things are
configured, and what leaves the configuration leaves the metrics.

| metric | kind | labels | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}

\`process_*\` and \`nodejs_*\` tell of the process, as prom-client gives them.

- \`vipflow_decision_seconds\` is the controller's own time from a packet in its hands to the messages on their way to the switch.
- \`vipflow_response_seconds\` and \`vipflow_bytes_total\` come with the end of a connection.
- \`vipflow_switch_flows\` is asked from each switch when somebody asks us, once in 5 s at most.

[\`grafana-dashboard.json\`](grafana-dashboard.json) shows them: import it in Grafana and choose the data source.
[\`alert-rules.yml\`](alert-rules.yml) has alerts for Prometheus; \`promtool check rules docs/alert-rules.yml\` and a test hold both to the names above.
`,
);
