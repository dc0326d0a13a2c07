// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The menu beside Send: when it goes out, and how long it can be called back.

import { useState } from 'preact/hooks';

import { formatDate } from './format';
import { MenuButton, MenuItem } from './menu-button';
import { laterChoices, localValue } from './send-times';
import { setUndoSeconds, undoSeconds, UNDO_CHOICES } from './sending';
import { locale, t } from './strings';

function OwnTime({ choose }: { choose: (date: Date) => void }) {
  const [value, setValue] = useState(localValue(laterChoices(new Date()).tomorrow));
  const date = new Date(value);
  const good = Number.isFinite(date.getTime()) && date.getTime() > Date.now();
  return (
    <div class="menu-row send-own-time">
      <input
        type="datetime-local" aria-label={t().ownTime} value={value} min={localValue(new Date())}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <button type="button" class="menu-item button" disabled={!good} onClick={() => choose(date)}>{t().sendThen}</button>
    </div>
  );
}

export function SendMenu({ choose }: { choose: (date: Date) => void }) {
  const later = laterChoices(new Date());
  const items: [string, Date][] = [[t().inAnHour, later.inAnHour], [t().tomorrowMorning, later.tomorrow], [t().mondayMorning, later.monday]];
  return (
    <MenuButton icon="clock" label={t().chooseTime} class="send-menu">
      <p class="menu-title dim">{t().sendLater}</p>
      {items.map(([label, date]) => (
        <MenuItem key={label} label={label} onClick={() => choose(date)}>
          <span class="dim">{formatDate(date.toISOString(), locale())}</span>
        </MenuItem>
      ))}
      <OwnTime choose={choose} />
      <label class="menu-row">
        <span>{t().undoTime}</span>
        <select value={String(undoSeconds.value)} onChange={(event) => setUndoSeconds(Number(event.currentTarget.value))}>
          {UNDO_CHOICES.map((seconds) => <option key={seconds} value={String(seconds)}>{t().undoSeconds(seconds)}</option>)}
        </select>
      </label>
    </MenuButton>
  );
}
