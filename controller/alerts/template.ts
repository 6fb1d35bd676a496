/** What a template may hold, in braces. */
export const PLACES = ['to', 'text', 'from', 'account', 'token'] as const;
export type Place = (typeof PLACES)[number];
export type Values = Readonly<Record<Place, string>>;

/** Writes a value so that it stays one value in what surrounds it. */
export type Escape = (value: string) => string;

const PLACE = new RegExp(`\\{(${PLACES.join('|')})\\}`, 'g');

/** The template with each place filled; other braces stay. */
export function filled(template: string, values: Values, write: Escape): string {
  return template.replace(PLACE, (_, place: Place) => write(values[place]));
}

export const inUrl: Escape = encodeURIComponent;
export const inHeader: Escape = value => value.replace(/[\r\n\0]+/g, ' ');
const inJson: Escape = value => JSON.stringify(value).slice(1, -1);
const inXml: Escape = value => value.replace(/[<>&"']/g, sign => `&#${sign.charCodeAt(0)};`);
const asIs: Escape = value => value;

/** How values are written in a body of a type. */
export function escapeFor(contentType: string): Escape {
  const type = contentType.toLowerCase();
  if (type.includes('json')) return inJson;
  if (type.includes('x-www-form-urlencoded')) return inUrl;
  return /\bxml\b|\+xml|html/.test(type) ? inXml : asIs;
}
