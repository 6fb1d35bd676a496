/** The placeholders of a template, in braces. */
export const PLACES = ['to', 'text', 'from', 'account', 'token'] as const;
export type Place = (typeof PLACES)[number];
export type Values = Readonly<Record<Place, string>>;

/** Escapes a value for its surroundings. */
export type Escape = (value: string) => string;

const PLACE = new RegExp(`\\{(${PLACES.join('|')})\\}`, 'g');

/** The template with each placeholder replaced; other braces stay. */
export function filled(template: string, values: Values, write: Escape): string {
  return template.replace(PLACE, (_, place: Place) => write(values[place]));
}

export const inUrl: Escape = encodeURIComponent;
export const inHeader: Escape = value => value.replace(/[\r\n\0]+/g, ' ');
const inJson: Escape = value => JSON.stringify(value).slice(1, -1);
const inXml: Escape = value => value.replace(/[<>&"']/g, sign => `&#${sign.charCodeAt(0)};`);
const asIs: Escape = value => value;

/** The escaping for a content type. */
export function escapeFor(contentType: string): Escape {
  const type = contentType.toLowerCase();
  if (type.includes('json')) return inJson;
  if (type.includes('x-www-form-urlencoded')) return inUrl;
  return /\bxml\b|\+xml|html/.test(type) ? inXml : asIs;
}
