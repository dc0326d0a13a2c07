// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The way in; also over an open page whose session has ended.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { HttpError } from './jmap-client';
import { Logo } from './logo';
import { LanguageChoice } from './main-menu';
import { isCodeNeeded, signIn } from './session';
import { expiredUser } from './store';
import { t } from './strings';

/** Seconds until the next try is allowed, counted down. */
function useWait(): [number, (seconds: number) => void] {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left <= 0) return;
    const timer = setTimeout(() => setLeft(left - 1), 1000);
    return () => clearTimeout(timer);
  }, [left]);
  return [left, setLeft];
}

function messageOf(error: unknown, wait: number, asksForCode: boolean): string {
  if (wait > 0) return t().signInWait(wait);
  if (error instanceof HttpError && error.status === 401) return asksForCode ? t().codeWrong : t().signInWrong;
  if (error instanceof HttpError) return error.status === 429 ? '' : t().errorServer;
  return error ? t().errorNetwork : '';
}

export function SignIn() {
  const again = expiredUser.value;
  const [login, setLogin] = useState(again);
  const [password, setPassword] = useState('');
  // null until the server has asked for one
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [wait, setWait] = useWait();
  const first = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);

  useEffect(() => (again ? secret : first).current?.focus(), []);
  const forgetCode = () => {
    setCode(null);
    setPassword('');
    setError(null);
  };

  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy || wait > 0 || !login.trim() || !password || code === '') return;
    setBusy(true);
    setError(null);
    try {
      await signIn(login.trim(), password, code ?? '');
    } catch (failure) {
      if (isCodeNeeded(failure)) {
        setCode('');
        return;
      }
      setError(failure);
      if (failure instanceof HttpError && failure.status === 429) setWait(Math.max(1, failure.retryAfter));
      else if (code === null) setPassword('');
      else setCode('');
      secret.current?.focus();
    } finally {
      setBusy(false);
    }
  };

  const message = messageOf(error, wait, code !== null);
  return (
    <form class="sign-in-card" onSubmit={submit} aria-labelledby="sign-in-title">
      <Logo size={64} />
      <h1 id="sign-in-title">{again ? t().signInAgain : 'Intimail'}</h1>
      {again && <p class="dim">{t().signInAgainText}</p>}
      <div class="boxed-list">
        <label class="entry-row">
          <span>{t().login}</span>
          <input
            name="login" autocomplete="username" autocapitalize="none" spellcheck={false} required
            readOnly={again !== '' || code !== null} value={login} ref={first}
            onInput={(event) => setLogin(event.currentTarget.value)}
          />
        </label>
        {code === null ? (
          <label class="entry-row" key="password">
            <span>{t().password}</span>
            <input
              name="password" type="password" autocomplete="current-password" required autoFocus={again !== ''} value={password}
              ref={secret} onInput={(event) => setPassword(event.currentTarget.value)}
            />
          </label>
        ) : (
          <label class="entry-row" key="code">
            <span>{t().codeOfDevice}</span>
            <input
              name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck={false} required autoFocus value={code}
              ref={secret} onInput={(event) => setCode(event.currentTarget.value)}
            />
          </label>
        )}
      </div>
      {code !== null && <p class="dim small-text">{t().codeText}</p>}
      <p class="sign-in-error" role="alert">{message}</p>
      <button class="button suggested pill" type="submit" disabled={busy || wait > 0}>
        {busy ? t().signingIn : t().signIn}
      </button>
      {code !== null ? (
        <button class="button flat" type="button" onClick={forgetCode}>{t().back}</button>
      ) : again ? (
        <button class="button flat" type="button" onClick={() => location.reload()}>{t().signInOther}</button>
      ) : (
        <LanguageChoice />
      )}
    </form>
  );
}

export function SignInPage() {
  return <main class="sign-in-page"><SignIn /></main>;
}

/** The page stays below, with all that was written. */
export function SignInAgain() {
  const box = useRef<HTMLDialogElement>(null);
  const expired = expiredUser.value !== '';
  useLayoutEffect(() => {
    if (expired) box.current?.showModal();
  }, [expired]);
  if (!expired) return null;
  return (
    <dialog class="dialog sign-in-again" ref={box} onCancel={(event) => event.preventDefault()} aria-labelledby="sign-in-title">
      <SignIn />
    </dialog>
  );
}
