import { restoredCounts, restoredText } from '../../api/log/restored-counts.ts';
import { endpointText } from '../../core/endpoint.ts';
import type { LogEntry, SwitchEntry } from '../../core/events.ts';
import { restoredWords } from './flow-words.ts';
import { oneLine, type Part, type Screen, wrapped } from './terminal.ts';

/** A line of the log for people: a decision is one line, cut at the width of the screen; a sentence wraps below its time. */
export function lineOf(entry: LogEntry, { colour, columns }: Screen): string {
  const time: Part = [`${entry.time.slice(11, 23)} `, colour.dim];
  const cut = (...parts: readonly Part[]) => oneLine([time, ...parts], columns);
  const sentence = (reason: string, ...head: readonly Part[]) => {
    const parts = [time, ...head, [': '] as const];
    const width = parts.reduce((sum, [text]) => sum + text.length, 0);
    return oneLine(parts, Number.POSITIVE_INFINITY) + wrapped(reason, columns, width, time[0].length);
  };
  const state = (words: string, isGood: boolean, bad = colour.red): Part => [words, isGood ? colour.green : bad];
  switch (entry.type) {
    case 'decision':
      return cut(wayOf(entry), [entry.server.name, colour.green], [`  ${entry.strategy}: ${entry.reason.rule}`, colour.dim]);
    case 'adopted':
      return cut(wayOf(entry), [entry.server.name, colour.green], ['  adopted from the switch', colour.dim]);
    case 'refused': {
      const { rule, servers } = entry.reason;
      const states = servers.map(({ name, state }) => `${name} ${state}`).join('; ');
      return cut(wayOf(entry), ['refused', colour.red], [`  ${rule} (${states})`, colour.dim]);
    }
    case 'end': {
      const { bytes, durationMs, why, server } = entry;
      const figures = `${bytes.in} B in, ${bytes.out} B out, ${(durationMs / 1000).toFixed(1)} s`;
      return cut([`${endpointText(entry.client)} < ${server} ended (${why}): ${figures}`, colour.dim]);
    }
    case 'server':
      return sentence(entry.reason, [`${entry.service}/${entry.server} is `], state(entry.state, entry.state === 'up'));
    case 'service': {
      const words = entry.state === 'panic' ? 'in panic' : entry.state;
      return sentence(entry.reason, [`service ${entry.service} is `], state(words, entry.state === 'up'));
    }
    case 'table': {
      const { dpid, table, flows, limit } = entry;
      const words = state(entry.state.replace('-', ' '), entry.state === 'ok', colour.yellow);
      return sentence(`${flows} of ${limit} flows`, [`table ${table} of switch ${numberOf(dpid)} is `], words);
    }
    case 'restored': {
      const counts = restoredCounts(entry).map(restoredText).join(', ');
      const examples = entry.examples.map(restoredWords).join('; ');
      const text = examples === '' ? counts : `${counts} (${examples})`;
      return sentence(text, [`switch ${numberOf(entry.dpid)}: `], ['restored what somebody else changed', colour.yellow]);
    }
    case 'config': {
      const text = entry.changes.length === 0 ? 'nothing changed' : entry.changes.join('; ');
      return sentence(text, state(`configuration ${entry.state} (${entry.source})`, entry.state === 'applied'));
    }
    case 'alert':
      return sentence(entry.message, state(`alert ${entry.alert} ${entry.state}`, entry.state === 'resolved'));
    case 'switch':
      return sentence(entry.reason, [`switch ${nameOf(entry)}`], state(entry.state, entry.state === 'connected', colour.yellow));
    case 'warning':
      return sentence(entry.message, ['warning', colour.yellow]);
  }
}

type Choice = Extract<LogEntry, { vip: unknown }>;

function wayOf(entry: Choice): Part {
  return [`${endpointText(entry.client)} > ${entry.service} > `];
}

/** A switch by its number, the way people count them; one that was refused by its address, too. */
function nameOf({ dpid, address, state }: SwitchEntry): string {
  const number = dpid === undefined ? '' : `${numberOf(dpid)} `;
  return state === 'refused' ? `${number}at ${address} ` : number;
}

const numberOf = (dpid: string): string => dpid.replace(/^0+(?=.)/, '');
