// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Addresses that end: made for a shop or a form, listed, ended with one click.

import { useEffect, useRef, useState } from 'preact/hooks';

import { CopyButton } from './copy-button';
import { formatShortDate } from './format';
import { addAlias, aliasesShown, endAlias, listAliases, type Alias } from './settings';
import { tell } from './settings-dialog';
import { locale, t } from './strings';

const DAYS = [7, 30, 365, 0];

function describe(one: Alias): string {
  if (!one.active) return t().aliasEnded;
  return one.expires ? t().aliasUntil(formatShortDate(one.expires, locale())) : t().aliasForever;
}

function Row({ one, busy, end }: { one: Alias; busy: boolean; end: () => void }) {
  return (
    <li class={one.active ? 'setting-row' : 'setting-row dim'}>
      <span class="setting-words">
        <span class="secret">{one.address}</span>
        <span class="dim small-text">{one.note ? `${one.note} · ${describe(one)}` : describe(one)}</span>
      </span>
      {one.active && (
        <span class="setting-buttons">
          <CopyButton text={one.address} label={one.address} />
          <button class="button" type="button" disabled={busy} aria-label={`${t().endAlias}: ${one.address}`} onClick={end}>{t().endAlias}</button>
        </span>
      )}
    </li>
  );
}

function Aliases() {
  const [list, setList] = useState<Alias[] | null>(null);
  const [note, setNote] = useState('');
  const [days, setDays] = useState(30);
  const [busy, setBusy] = useState(false);
  const noteField = useRef<HTMLInputElement>(null);

  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      setList(await listAliases());
    } catch (error) {
      tell(error);
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void act(async () => undefined), []);

  const add = (event: Event) => {
    event.preventDefault();
    if (busy) return;
    void act(async () => {
      await addAlias(note.trim(), days > 0 ? new Date(Date.now() + days * 86400000) : null);
      setNote('');
    });
  };

  // The button goes away, and the keyboard must stay in the dialog.
  const end = async (one: Alias) => {
    noteField.current?.focus();
    await act(() => endAlias(one.address));
  };

  return (
    <section>
      <p class="dim small-text">{t().aliasesText}</p>
      {list !== null && list.length > 0 && (
        <ul class="boxed-list">
          {list.map((one) => <Row key={one.address} one={one} busy={busy} end={() => void end(one)} />)}
        </ul>
      )}
      <form class="setting-form setting-form-wide" onSubmit={add}>
        <label class="entry-row boxed-list">
          <span>{t().aliasNote}</span>
          <input name="alias-note" ref={noteField} maxLength={200} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        <label class="entry-row boxed-list">
          <span>{t().aliasEnds}</span>
          <select name="alias-days" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
            {DAYS.map((n) => <option key={n} value={n}>{t().aliasDays(n)}</option>)}
          </select>
        </label>
        <button class="button" type="submit" disabled={busy}>{t().addAlias}</button>
      </form>
    </section>
  );
}

export function AliasesDialog() {
  const box = useRef<HTMLDialogElement>(null);
  const shown = aliasesShown.value;
  useEffect(() => {
    if (shown) box.current?.showModal();
  }, [shown]);
  if (!shown) return null;
  const close = () => (aliasesShown.value = false);
  return (
    <dialog class="dialog dialog-settings dialog-aliases" ref={box} aria-labelledby="aliases-title" onClose={close}>
      <div class="dialog-inside">
        <h2 id="aliases-title">{t().aliases}</h2>
        <div class="settings"><Aliases /></div>
        <div class="dialog-buttons">
          <button class="button" type="button" onClick={close}>{t().close}</button>
        </div>
      </div>
    </dialog>
  );
}
