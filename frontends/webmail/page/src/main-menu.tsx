// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The menu of the page: who is signed in, language, notifications, help, the way out.

import { bigFileOffer, bigFilesShown } from './big-files';
import { drafts, dropDraft, hasUnsaved } from './compose';
import { confirm, showHelp } from './dialogs';
import { MenuButton, MenuItem } from './menu-button';
import { canNotify, notifying, setNotifying } from './notify';
import { rulesShown } from './rules';
import { signOut } from './session';
import { aliasesShown, settingsShown } from './settings';
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
  return (
    <MenuButton icon="menu" label={t().menu}>
      <p class="menu-person">{client.value?.session.username}</p>
      <LanguageChoice />
      {canNotify() && (
        <MenuItem label={notifying.value ? t().notificationsOff : t().notificationsOn} onClick={() => void setNotifying(!notifying.value)} />
      )}
      <MenuItem label={t().rulesAndVacation} onClick={() => (rulesShown.value = true)} />
      {bigFileOffer() && <MenuItem label={t().sharedFiles} onClick={() => (bigFilesShown.value = true)} />}
      <MenuItem label={t().aliases} onClick={() => (aliasesShown.value = true)} />
      <MenuItem label={t().signingInSettings} onClick={() => (settingsShown.value = true)} />
      <MenuItem label={t().shortcuts} onClick={showHelp}><kbd>?</kbd></MenuItem>
      <MenuItem label={t().signOut} onClick={() => void leave()} />
    </MenuButton>
  );
}

async function leave(): Promise<void> {
  for (const draft of drafts.value) if (draft.dirty.value) await draft.save().catch(() => undefined);
  if (hasUnsaved() && !(await confirm(t().signOut, t().unsavedText, t().signOut, true))) return;
  for (const draft of drafts.value) dropDraft(draft);
  await signOut();
}
