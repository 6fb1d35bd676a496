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

const TEXTS = { en: english, fr: french } as const;

export type Language = keyof typeof TEXTS;

export function wordsOf(language: Language): Words {
  const text: Text = TEXTS[language];
  // en-GB: 24 hours, day before month, as in the log
  return { text, format: formatOf(language === 'en' ? 'en-GB' : language, text.units) };
}

export const WordsContext = createContext<Words>(wordsOf('en'));

export function useWords(): Words {
  return useContext(WordsContext);
}
