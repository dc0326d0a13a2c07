// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The menu of the page: who is signed in, language, notifications, help, the way out.

import { useEffect, useRef, useState } from 'preact/hooks';

import { IconButton } from './button';
import { showHelp } from './dialogs';
import { canNotify, notifying, setNotifying } from './notify';
import { signOut } from './session';
import { client } from './store';
import { language, LANGUAGES, setLanguage, t, type Language } from './strings';

export function LanguageChoice() {
  return (
    <div class="linked" role="group" aria-label={t().language}>
      {(Object.keys(LANGUAGES) as Language[]).map((code) => (
        <button
          key={code} type="button" class="button" lang={code} aria-pressed={language.value === code}
          onClick={() => setLanguage(code)}
        >
          {LANGUAGES[code]}
        </button>
      ))}
    </div>
  );
}

export function MainMenu() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      box.current?.querySelector('button')?.focus();
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', escape, true);
    box.current?.querySelector<HTMLElement>('.menu button')?.focus();
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', escape, true);
    };
  }, [open]);

  const choose = (run: () => void) => () => {
    setOpen(false);
    run();
  };
  return (
    <div class="menu-anchor" ref={box}>
      <IconButton icon="menu" label={t().menu} pressed={open} onClick={() => setOpen(!open)} />
      {open && (
        <div class="menu" role="group" aria-label={t().menu}>
          <p class="menu-person">{client.value?.session.username}</p>
          <LanguageChoice />
          {canNotify() && (
            <button type="button" class="menu-item" aria-pressed={notifying.value} onClick={choose(() => void setNotifying(!notifying.value))}>
              {notifying.value ? t().notificationsOff : t().notificationsOn}
            </button>
          )}
          <button type="button" class="menu-item" onClick={choose(showHelp)}>
            {t().shortcuts} <kbd>?</kbd>
          </button>
          <button type="button" class="menu-item" onClick={choose(() => void signOut())}>{t().signOut}</button>
        </div>
      )}
    </div>
  );
}
