import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Format, formatOf } from '../model/format.ts';
import { english, type Text } from '../text/en.ts';
import { french } from '../text/fr.ts';

/** The texts of one language, with its way to write numbers. */
export interface Words {
  readonly text: Text;
  readonly format: Format;
}

const wordsOf = (locale: string, text: Text): Words => ({ text, format: formatOf(locale, text.units) });

/** Every language of the page. */
export const WORDS = {
  // en-GB: 24 hours, day before month, as in the log
  en: wordsOf('en-GB', english),
  fr: wordsOf('fr', french),
} as const;

export const WordsContext = createContext<Words>(WORDS.en);

export function useWords(): Words {
  return useContext(WordsContext);
}
