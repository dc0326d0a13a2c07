// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The own password changed: the old one is asked for, and the server says whether the new one
// is good enough.

import { useEffect, useState } from 'preact/hooks';

import { HttpError } from './jmap-client';
import { showToast } from './notify';
import { changePassword, judgePassword, MIN_PASSWORD } from './settings';
import { t } from './strings';

/** Milliseconds after the last key before the server is asked. */
const PAUSE = 400;

type Judgement = 'unknown' | 'good' | { why: string };

/** What is known about a password that is being typed. */
function useJudgement(password: string): Judgement {
  const [judgement, setJudgement] = useState<Judgement>('unknown');
  useEffect(() => {
    let current = true;
    setJudgement('unknown');
    if (password.length < MIN_PASSWORD) return undefined;
    const timer = setTimeout(async () => {
      const why = await judgePassword(password).catch(() => null);
      if (current && why !== null) setJudgement(why ? { why } : 'good');
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [password]);
  return judgement;
}

/** One that this page does not know yet has words as well. */
function explain(reason: string): string {
  const words: Record<string, string> = t().passwordFaults;
  return words[reason] ?? t().passwordFaults.other;
}

function describe(password: string, judgement: Judgement): string {
  if (!password) return '';
  if (password.length < MIN_PASSWORD) return t().passwordShort(MIN_PASSWORD);
  if (judgement === 'unknown') return '';
  return judgement === 'good' ? t().passwordGood : explain(judgement.why);
}

interface FieldProps {
  label: string;
  name: string;
  autocomplete: 'current-password' | 'new-password';
  value: string;
  describedBy?: string;
  set: (text: string) => void;
}

function Field({ label, name, autocomplete, value, describedBy, set }: FieldProps) {
  return (
    <label class="entry-row">
      <span>{label}</span>
      <input
        type="password" name={name} autocomplete={autocomplete} required maxLength={255} value={value} aria-describedby={describedBy}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}

export function OwnPassword({ fail }: { fail: (error: unknown) => void }) {
  const [old, setOld] = useState('');
  const [wanted, setWanted] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState('');
  const judgement = useJudgement(wanted);
  const ready = old !== '' && wanted.length >= MIN_PASSWORD && typeof judgement !== 'object';

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || !ready) return;
    setBusy(true);
    setRefused('');
    try {
      const why = await changePassword(old, wanted);
      if (why) setRefused(explain(why));
      else {
        setOld('');
        setWanted('');
        showToast(t().passwordChanged);
      }
    } catch (error) {
      if (error instanceof HttpError && error.status === 403) setRefused(t().passwordWrong);
      else fail(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <section aria-labelledby="own-password-title">
      <h3 id="own-password-title">{t().password}</h3>
      <p class="dim small-text">{t().passwordText}</p>
      <form class="own-password" onSubmit={submit}>
        <div class="boxed-list">
          <Field label={t().oldPassword} name="old-password" autocomplete="current-password" value={old} set={setOld} />
          <Field label={t().newPassword} name="new-password" autocomplete="new-password" value={wanted} describedBy="new-password-said" set={setWanted} />
        </div>
        <p id="new-password-said" class={judgement === 'good' && !refused ? 'said' : 'said sign-in-error'} role="status">
          {refused || describe(wanted, judgement)}
        </p>
        <div class="dialog-buttons">
          <button class="button" type="submit" disabled={busy || !ready}>{t().changePassword}</button>
        </div>
      </form>
    </section>
  );
}
