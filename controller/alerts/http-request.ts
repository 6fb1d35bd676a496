import { connectionFailure, DeliveryError } from './failure.ts';
import { redacted } from './redaction.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Values that are redacted from errors, however the gateway echoes them. */
  readonly secrets: readonly string[];
}

/** Bytes that are read of an error response. */
const MAX_ANSWER_BYTES = 4096;

/** Sends a request; any 2xx is success. Redirects are not followed, so that a secret goes only to its own host. Rejects with `DeliveryError`. */
export async function request({ method, url, headers, body, secrets }: HttpRequest, signal: AbortSignal): Promise<void> {
  const target = targetOf(url);
  const { host } = target;
  const init = { method, headers: headersFor(target, headers), body: body ?? null, redirect: 'manual', signal } as const;
  target.username = '';
  target.password = '';
  const response = await fetch(target, init).catch(error => {
    throw connectionFailure(codeOf(error), host);
  });
  if (response.ok) {
    await response.body?.cancel();
    return;
  }
  const detail = redacted(await beginning(response), secrets);
  throw refusal(response, `${host} answers ${response.status}${detail === '' ? '' : `: ${detail}`}`);
}

function targetOf(url: string): URL {
  if (/^https?:/.test(url) && URL.canParse(url)) return new URL(url);
  throw new DeliveryError('permanent', 'the URL is invalid', '`url` must begin with https:// or http://');
}

/** fetch accepts no user and password in a URL. */
function headersFor({ username, password }: URL, headers: HttpRequest['headers']): Headers {
  try {
    const all = new Headers({ 'user-agent': 'vipflow', ...headers });
    if (username !== '' && !all.has('authorization')) {
      const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
      all.set('authorization', `Basic ${Buffer.from(user).toString('base64')}`);
    }
    return all;
  } catch {
    throw new DeliveryError('permanent', 'a header contains invalid characters', 'check `headers`, and the user in `url`');
  }
}

function refusal({ status, headers }: Response, reason: string): DeliveryError {
  if (status >= 300 && status < 400)
    return new DeliveryError('permanent', `${reason}, a redirect`, 'set `url` to the target of the redirect');
  if (status === 401 || status === 403)
    return new DeliveryError('permanent', reason, 'check the token or password, and its rights');
  if (status === 404 || status === 405 || status === 410)
    return new DeliveryError('permanent', reason, 'check `url` and `method`');
  if ([400, 413, 414, 415, 422].includes(status))
    return new DeliveryError('rejected', reason, 'check the settings of the message: `to`, `from`, `body`, `contentType`');
  const retryAfterMs = Number(headers.get('retry-after')) * 1000; // RFC 9110, 10.2.3; a date is ignored
  const kind = status >= 500 || [408, 425, 429].includes(status) ? 'temporary' : 'permanent';
  return new DeliveryError(kind, reason, 'check the state of the gateway', retryAfterMs || undefined);
}

async function beginning({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= MAX_ANSWER_BYTES) break;
    }
  } catch {
    // the status is enough
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, MAX_ANSWER_BYTES);
}

function codeOf(error: unknown): string | undefined {
  const { cause } = error as { cause?: { code?: string; errors?: { code?: string }[] } };
  return cause?.code ?? cause?.errors?.[0]?.code;
}
