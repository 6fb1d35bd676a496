import { HIDDEN } from '../core/config/secret.ts';
import { oneLine } from './incident.ts';

/** Characters of a gateway's error text that are kept. */
const MAX_LINE = 200;
/** Parts of a URL shorter than this are not redacted: they are no secrets, and occur in many texts. */
const MIN_URL_PART = 6;

/** A gateway's text as one short line, with all secrets redacted in every encoding. */
export function redacted(text: string, secrets: readonly string[]): string {
  let clean = text;
  const forms = secrets.flatMap(formsOf).filter(form => form !== '');
  for (const form of forms.sort((a, b) => b.length - a.length)) clean = clean.replaceAll(form, HIDDEN);
  const line = oneLine(clean);
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}...` : line;
}

function formsOf(secret: string): string[] {
  const parts = URL.canParse(secret) ? urlParts(new URL(secret)) : [];
  return [secret, ...parts].flatMap(value => [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    Buffer.from(value).toString('base64'),
  ]);
}

function urlParts({ username, password, pathname, search, searchParams }: URL): string[] {
  const parts = [username, password, ...pathname.split('/'), ...searchParams.values()];
  return [`${pathname}${search}`, ...parts, ...parts.map(decoded)].filter(part => part.length >= MIN_URL_PART);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
