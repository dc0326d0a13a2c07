// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A code of the telephone beside the password: turned on by one right code, and off by the
// password.

import { useEffect, useState } from 'preact/hooks';

import { HttpError } from './jmap-client';
import { beginSecondFactor, disableSecondFactor, enableSecondFactor, getSecondFactor, renewRecoveryCodes, type Enrolment, type SecondFactor } from './settings';
import { Shown } from './shown-once';
import { t } from './strings';

/** What was typed is wrong, and is asked for once more. */
function isRefusal(error: unknown): boolean {
  return error instanceof HttpError && (error.status === 403 || error.status === 429);
}

function Picture({ picture }: { picture: Enrolment['picture'] }) {
  const side = picture.size + 8;
  return (
    <svg class="code-picture" viewBox={`-4 -4 ${side} ${side}`} role="img" aria-label={t().codePicture} shape-rendering="crispEdges">
      <rect x="-4" y="-4" width={side} height={side} fill="#fff" />
      <path d={picture.path} fill="#000" />
    </svg>
  );
}

interface AskProps {
  label: string;
  name: string;
  type: 'text' | 'password';
  accept: string;
  danger?: boolean;
  wrong: string;
  send: (text: string) => Promise<void>;
  cancel: () => void;
}

function Ask({ label, name, type, accept, danger, wrong, send, cancel }: AskProps) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || !text.trim()) return;
    setBusy(true);
    setRefused(!(await send(type === 'text' ? text.trim() : text).then(() => true, (error) => !isRefusal(error))));
    setBusy(false);
    setText('');
  };
  return (
    <form onSubmit={submit}>
      <label class="entry-row boxed-list">
        <span>{label}</span>
        {type === 'text' ? (
          <input
            name={name} autocomplete="one-time-code" inputMode="numeric" required autoFocus value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        ) : (
          <input
            name={name} type="password" autocomplete="current-password" required autoFocus value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </label>
      <p class="sign-in-error" role="alert">{refused && wrong}</p>
      <div class="dialog-buttons">
        <button class="button" type="button" onClick={cancel}>{t().cancel}</button>
        <button class={danger ? 'button destructive' : 'button suggested'} type="submit" disabled={busy || !text.trim()}>{accept}</button>
      </div>
    </form>
  );
}

export function SecondStep({ fail }: { fail: (error: unknown) => void }) {
  const [state, setState] = useState<SecondFactor | null>(null);
  const [enrolment, setEnrolment] = useState<Enrolment | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [asking, setAsking] = useState<'end' | 'renew' | null>(null);

  const act = async (work: () => Promise<void>) => {
    try {
      await work();
      setState(await getSecondFactor());
    } catch (error) {
      if (!isRefusal(error)) fail(error);
      throw error;
    }
  };
  const start = (work: () => Promise<void>) => void act(work).catch(() => undefined);
  useEffect(() => start(async () => undefined), []);

  const enable = (code: string) => act(async () => {
    setCodes(await enableSecondFactor(enrolment!.secret, code));
    setEnrolment(null);
  });
  const disable = (password: string) => act(async () => {
    await disableSecondFactor(password);
    setAsking(null);
  });
  const renew = (password: string) => act(async () => {
    setCodes(await renewRecoveryCodes(password));
    setAsking(null);
  });

  return (
    <section aria-labelledby="second-step-title">
      <h3 id="second-step-title">{t().secondStep}</h3>
      <p class="dim small-text">{t().secondStepText}</p>
      {codes !== null && <Shown title={t().recoveryCodes} lines={codes} done={() => setCodes(null)} />}
      {enrolment !== null && (
        <>
          <p class="small-text">{t().scanPicture}</p>
          <Picture picture={enrolment.picture} />
          <p class="small-text dim">{t().orType} <a href={enrolment.uri}><code class="secret">{enrolment.secret}</code></a></p>
          <Ask label={t().codeOfDevice} name="new-code" type="text" accept={t().turnOn} wrong={t().codeWrong} send={enable} cancel={() => setEnrolment(null)} />
        </>
      )}
      {asking === 'end' && (
        <Ask label={t().password} name="end-password" type="password" accept={t().turnOff} danger wrong={t().passwordWrong} send={disable} cancel={() => setAsking(null)} />
      )}
      {asking === 'renew' && (
        <Ask label={t().password} name="renew-password" type="password" accept={t().renewCodes} wrong={t().passwordWrong} send={renew} cancel={() => setAsking(null)} />
      )}
      {state !== null && enrolment === null && asking === null && codes === null && (
        <div class="setting-row boxed-list">
          <span class="setting-words">
            <span>{state.enabled ? t().isOn : t().isOff}</span>
            {state.enabled && <span class="dim small-text">{t().codesLeft(state.recoveryCodes)}</span>}
          </span>
          {state.enabled ? (
            <span class="setting-buttons">
              <button class="button" type="button" onClick={() => setAsking('renew')}>{t().renewCodes}</button>
              <button class="button" type="button" onClick={() => setAsking('end')}>{t().turnOff}</button>
            </span>
          ) : (
            <button class="button suggested" type="button" onClick={() => start(async () => setEnrolment(await beginSecondFactor()))}>{t().turnOn}</button>
          )}
        </div>
      )}
    </section>
  );
}
