// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The language of the page: the reader's choice, else the browser's.

import { signal } from '@preact/signals';

import { en } from './strings-en';
import { fr } from './strings-fr';

export type Strings = typeof en;
export type Language = 'en' | 'fr';

export const LANGUAGES: Record<Language, string> = { en: 'English', fr: 'Français' };

const dictionaries: Record<Language, Strings> = { en, fr };
const KEY = 'intimail-language';

function preferred(): Language {
  try {
    const chosen = localStorage.getItem(KEY);
    if (chosen === 'en' || chosen === 'fr') return chosen;
  } catch {
    // storage may be forbidden: the browser's language, then
  }
  for (const name of globalThis.navigator?.languages ?? []) {
    if (name.toLowerCase().startsWith('fr')) return 'fr';
    if (name.toLowerCase().startsWith('en')) return 'en';
  }
  return 'en';
}

export const language = signal<Language>(preferred());

/** For dates and numbers: as people write them where the browser's user lives, in the page's language. */
export function locale(): string {
  const code = language.value;
  return (globalThis.navigator?.languages ?? []).find((name) => name.toLowerCase().split('-')[0] === code) ?? code;
}

/** The dictionary in use; read it while drawing, and a change of language draws again. */
export function t(): Strings {
  return dictionaries[language.value];
}

export function setLanguage(next: Language): void {
  language.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // then only until the page is closed
  }
}
