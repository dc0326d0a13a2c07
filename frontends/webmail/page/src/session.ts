// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Who is signed in: starting, signing in and out, and signing in again over an open page.

import { HttpError, JmapClient, NetworkError, problemOf } from './jmap-client';
import { setMailboxes } from './mailboxes';
import { openFromLocation } from './navigation';
import { startPush, stopPush } from './push';
import type { GetResult, Identity, Mailbox, Quota, Session } from './jmap-types';
import { client, expiredUser, identities, phase, quotas } from './store';

const MAIL = 'urn:ietf:params:jmap:mail';

let signedInAgain: (() => void) | null = null;
let waiting: Promise<void> | null = null;

async function get(url: string): Promise<Response> {
  try {
    return await fetch(url, { credentials: 'same-origin', headers: { Accept: 'application/json' }, cache: 'no-store' });
  } catch (error) {
    throw new NetworkError((error as Error).message);
  }
}

/** Asks for the session; shows the sign-in when there is none. */
export async function start(): Promise<void> {
  try {
    const response = await get('/.well-known/jmap');
    if (response.status === 401) {
      await response.text();
      phase.value = 'signed-out';
      return;
    }
    if (!response.ok) throw await problemOf(response);
    await enter((await response.json()) as Session);
  } catch (error) {
    console.warn(error);
    phase.value = 'failed';
  }
}

async function enter(session: Session): Promise<void> {
  const accountId = session.primaryAccounts[MAIL] ?? Object.keys(session.accounts)[0];
  if (!accountId) throw new HttpError(500, 'the session has no account');
  const jmap = new JmapClient(session, accountId, askToSignInAgain);
  client.value = jmap;
  const boxes = jmap.call<GetResult<Mailbox>>('Mailbox/get', { ids: null });
  const people = jmap.call<GetResult<Identity>>('Identity/get', { ids: null });
  const quota = jmap.call<GetResult<Quota>>('Quota/get', { ids: null });
  setMailboxes((await boxes).list);
  identities.value = (await people.catch(() => null))?.list ?? [];
  quotas.value = (await quota.catch(() => null))?.list ?? [];
  phase.value = 'ready';
  openFromLocation();
  startPush();
}

const CODE_NEEDED = 'urn:intimail:problem:code-needed';

/** Whether the password was right, and the code of a device is asked for. */
export function isCodeNeeded(error: unknown): boolean {
  return error instanceof HttpError && error.type === CODE_NEEDED;
}

/**
 * Sends login and password, and the code where one is asked for; throws HttpError with 401
 * when they do not fit, 429 when it is too early.
 */
export async function signIn(login: string, password: string, code: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch('/auth/session', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(code ? { login, password, code } : { login, password }),
    });
  } catch (error) {
    throw new NetworkError((error as Error).message);
  }
  if (!response.ok) throw await problemOf(response);
  if (!signedInAgain) {
    await start();
    return;
  }
  await goOn();
}

/** The page stays as it is, if the same person came back. */
async function goOn(): Promise<void> {
  const response = await get('/.well-known/jmap');
  if (!response.ok) throw await problemOf(response);
  const session = (await response.json()) as Session;
  if (session.username !== client.value?.session.username) {
    location.reload();
    return;
  }
  expiredUser.value = '';
  signedInAgain?.();
  signedInAgain = null;
  waiting = null;
  startPush();
}

function askToSignInAgain(): Promise<void> {
  waiting ??= new Promise<void>((resolve) => {
    signedInAgain = resolve;
    stopPush();
    expiredUser.value = client.value?.session.username ?? '';
  });
  return waiting;
}

export async function signOut(): Promise<void> {
  stopPush();
  try {
    await fetch('/auth/session', { method: 'DELETE', credentials: 'same-origin' });
  } finally {
    location.hash = '';
    location.reload();
  }
}
