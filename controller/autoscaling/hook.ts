import { runProgram } from '../alerts/command.ts';
import type { ElasticAction } from './scaling.ts';

/** Calls a hook: its program, or its URL. Rejects when it fails. */
export async function callHook(action: Extract<ElasticAction, { type: 'call' }>, end: AbortSignal): Promise<void> {
  const { hook, what, service, server = '', reason } = action;
  const signal = AbortSignal.any([AbortSignal.timeout(hook.timeout), end]);
  const body = { what, service, server, reason };
  if (hook.command !== undefined) {
    const env = { VIPFLOW_WHAT: what, VIPFLOW_SERVICE: service, VIPFLOW_SERVER: server, VIPFLOW_REASON: reason };
    await runProgram(hook.command, env, body, signal);
    return;
  }
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(hook.webhook!, { method: 'POST', headers, body: JSON.stringify(body), signal });
  if (!response.ok) throw new Error(`the webhook answered HTTP ${response.status}`);
}
