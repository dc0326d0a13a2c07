// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Passwords of mail programs: made and shown once, listed, revoked.

import { useEffect, useState } from 'preact/hooks';

import { IconButton } from './button';
import { confirm } from './dialogs';
import { formatShortDate } from './format';
import { addAppPassword, listAppPasswords, revokeAppPassword, type AppPassword } from './settings';
import { Shown } from './shown-once';
import { locale, t } from './strings';

function Row({ one, revoke }: { one: AppPassword; revoke: () => void }) {
  const used = one.lastUse ? t().lastUsed(formatShortDate(one.lastUse, locale())) : t().neverUsed;
  return (
    <li class="setting-row">
      <span class="setting-words">
        <span>{one.name}</span>
        <span class="dim small-text">{used}</span>
      </span>
      <IconButton icon="trash" label={`${t().revoke}: ${one.name}`} onClick={revoke} />
    </li>
  );
}

export function AppPasswords({ fail }: { fail: (error: unknown) => void }) {
  const [list, setList] = useState<AppPassword[] | null>(null);
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      setList(await listAppPasswords());
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void act(async () => undefined), []);

  const add = (event: Event) => {
    event.preventDefault();
    if (busy || !name.trim()) return;
    void act(async () => {
      setMade(await addAppPassword(name.trim()));
      setName('');
    });
  };
  const revoke = async (one: AppPassword) => {
    if (await confirm(t().revokeTitle(one.name), t().revokeText, t().revoke, true)) await act(() => revokeAppPassword(one.id));
  };

  return (
    <section aria-labelledby="app-passwords-title">
      <h3 id="app-passwords-title">{t().appPasswords}</h3>
      <p class="dim small-text">{t().appPasswordsText}</p>
      {made !== null && <Shown title={t().newAppPassword} lines={[made]} done={() => setMade(null)} />}
      {list !== null && list.length > 0 && (
        <ul class="boxed-list">
          {list.map((one) => <Row key={one.id} one={one} revoke={() => void revoke(one)} />)}
        </ul>
      )}
      <form class="setting-form" onSubmit={add}>
        <label class="entry-row boxed-list">
          <span>{t().appPasswordName}</span>
          <input name="app-password-name" required maxLength={100} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <button class="button" type="submit" disabled={busy || !name.trim()}>{t().addAppPassword}</button>
      </form>
    </section>
  );
}
