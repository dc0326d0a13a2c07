// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The answer that people get while the reader is away.

import { useEffect, useState } from 'preact/hooks';

import { dayToTime, moveDay, timeToDay, type Vacation } from './rules';
import { t } from './strings';

interface Props {
  vacation: Vacation;
  busy: boolean;
  save: (vacation: Vacation) => void;
}

export function VacationForm({ vacation, busy, save }: Props) {
  const [text, setText] = useState('');
  const [subject, setSubject] = useState('');
  const [first, setFirst] = useState('');
  const [last, setLast] = useState('');
  const on = vacation.enabled === true;

  // What is being written stays, as long as the server keeps the same.
  useEffect(() => {
    setText(vacation.text ?? '');
    setSubject(vacation.subject ?? '');
    setFirst(timeToDay(vacation.from));
    // People name the last day; the server keeps the end of it.
    setLast(moveDay(timeToDay(vacation.until), -1));
  }, [JSON.stringify(vacation)]);

  const make = (enabled: boolean): Vacation => {
    // A text in HTML is another program's, and goes when the plain one is changed.
    const { from: _, until: __, html, ...rest } = vacation;
    const start = dayToTime(first);
    const end = dayToTime(moveDay(last, 1));
    return {
      ...rest,
      enabled,
      subject: subject.trim(),
      text,
      ...(html && text === (vacation.text ?? '') ? { html } : {}),
      ...(start ? { from: start } : {}),
      ...(end ? { until: end } : {}),
    };
  };

  const submit = (event: Event) => {
    event.preventDefault();
    if (!busy) save(make(true));
  };

  return (
    <section aria-labelledby="vacation-title">
      <h3 id="vacation-title">{t().vacation}</h3>
      <p class="dim small-text">{t().vacationText}</p>
      <form class="rule-form" onSubmit={submit}>
        <div class="boxed-list">
          <div class="entry-row vacation-period">
            <label>
              <span>{t().vacationFirst}</span>
              <input type="date" name="vacation-first" max={last || undefined} value={first} onInput={(event) => setFirst(event.currentTarget.value)} />
            </label>
            <label>
              <span>{t().vacationLast}</span>
              <input type="date" name="vacation-last" min={first || undefined} value={last} onInput={(event) => setLast(event.currentTarget.value)} />
            </label>
          </div>
          <label class="entry-row">
            <span>{t().vacationSubject}</span>
            <input name="vacation-subject" maxLength={200} value={subject} onInput={(event) => setSubject(event.currentTarget.value)} />
          </label>
          <label class="entry-row">
            <span>{t().vacationAnswer}</span>
            <textarea name="vacation-text" rows={4} maxLength={20000} required value={text} onInput={(event) => setText(event.currentTarget.value)} />
          </label>
        </div>
        <div class="dialog-buttons">
          <span class="vacation-state" role="status">{on ? t().isOn : t().isOff}</span>
          {on && <button class="button" type="button" disabled={busy} onClick={() => save(make(false))}>{t().turnOff}</button>}
          <button class="button suggested" type="submit" disabled={busy}>{on ? t().save : t().turnOn}</button>
        </div>
      </form>
    </section>
  );
}
