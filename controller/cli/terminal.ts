import type { LogEntry } from '../core/events.ts';

/** Colours, on a terminal that wants them (no-color.org). */
export function palette(isTerminal = process.stdout.isTTY === true && !process.env.NO_COLOR) {
  const paint = (code: number) => (text: string) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: paint(1), dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33), cyan: paint(36) };
}

export type Palette = ReturnType<typeof palette>;

/** A line of the log for people, 80 columns where names are short. */
export function lineOf(entry: LogEntry, colour: Palette): string {
  const time = colour.dim(entry.time.slice(11, 23));
  switch (entry.type) {
    case 'decision':
      return `${time} ${client(entry)} > ${entry.service} > ${colour.green(entry.server.name)}  ${colour.dim(`${entry.strategy}: ${entry.reason.rule}`)}`;
    case 'adopted':
      return `${time} ${client(entry)} > ${entry.service} > ${colour.green(entry.server.name)}  ${colour.dim('found living in the switch')}`;
    case 'refused':
      return `${time} ${client(entry)} > ${entry.service} > ${colour.red('refused')}  ${colour.dim(`${entry.reason.rule} (${entry.reason.servers.map(({ name, state }) => `${name} ${state}`).join('; ')})`)}`;
    case 'end': {
      const { bytes, durationMs, why } = entry;
      return colour.dim(
        `${entry.time.slice(11, 23)} ${client(entry)} < ${entry.server} ended (${why}): ${bytes.in} B in, ${bytes.out} B out, ${seconds(durationMs)}`,
      );
    }
    case 'server':
      return `${time} ${entry.service}/${entry.server} is ${entry.state === 'up' ? colour.green('up') : colour.red('down')}: ${entry.reason}`;
    case 'switch':
      return `${time} switch ${shortDpid(entry.dpid)}${entry.state === 'connected' ? colour.green('connected') : colour.yellow(entry.state)}: ${entry.reason}`;
    case 'warning':
      return `${time} ${colour.yellow('warning')}: ${entry.message}`;
  }
}

function client({ client: { ip, port } }: { client: { ip: string; port: number } }): string {
  return `${ip}:${port}`;
}

function shortDpid(dpid: string | undefined): string {
  return dpid === undefined ? '' : `${dpid.replace(/^0+(?=.)/, '')} `;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const BAR_WIDTH = 40;

/** One bar for each name, its count and its share; the longest fills the width. */
export function barChart(counts: ReadonlyMap<string, number>, colour: Palette): string {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = Math.max(1, ...counts.values());
  const width = Math.max(...[...counts.keys()].map(name => name.length));
  const rows = [...counts].map(([name, count]) => {
    const bar = '█'.repeat(Math.round((count / most) * BAR_WIDTH)).padEnd(BAR_WIDTH);
    const share = total === 0 ? 0 : Math.round((100 * count) / total);
    return `  ${name.padEnd(width)} ${colour.cyan(bar)} ${String(count).padStart(4)} ${String(share).padStart(3)} %`;
  });
  return rows.join('\n');
}
