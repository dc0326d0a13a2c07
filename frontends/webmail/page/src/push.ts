// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What happens elsewhere: the event source says that something changed, Email/changes says
// what. Where no event source holds, the page asks now and then.

import { signal } from '@preact/signals';

import { MethodError, type JmapClient } from './jmap-client';
import { refreshListing } from './listing';
import { refreshMailboxes, setMailboxes } from './mailboxes';
import { addRows, forget, forgetAll } from './message-cache';
import { announceArrivals } from './notify';
import { ROW_PROPERTIES, type ChangesResult, type EmailRow, type GetResult, type Mailbox, type Quota } from './jmap-types';
import { client, mailboxOf, need, online, quotas } from './store';

const POLL = 15_000;
/** Without a word for so long (the server pings every 30 s), the connection is held for dead. */
const SILENCE = 95_000;

/** Counts up when a message may have changed that is open. */
export const changed = signal(0);

let source: EventSource | null = null;
let emailState: string | null = null;
let pollTimer = 0;
let silenceTimer = 0;
let running = false;
let again = false;

export function startPush(): void {
  stopPush();
  connect();
  // Also learns the state from which changes count, and what was missed while signed out.
  void sync();
  pollTimer = window.setInterval(() => {
    if (source?.readyState !== EventSource.OPEN) void sync();
  }, POLL);
}

export function stopPush(): void {
  source?.close();
  source = null;
  clearInterval(pollTimer);
  clearTimeout(silenceTimer);
}

function connect(): void {
  source?.close();
  source = new EventSource(need().eventsUrl());
  source.addEventListener('state', (event) => {
    heard();
    const message = JSON.parse((event as MessageEvent<string>).data) as { changed?: Record<string, Record<string, string>> };
    const states = message.changed?.[need().accountId];
    if (states && (states.Email === undefined || states.Email !== emailState || states.Mailbox !== undefined)) void sync();
  });
  source.addEventListener('ping', heard);
  source.onopen = () => {
    heard();
    online.value = true;
  };
  source.onerror = () => {
    // A browser tries again by itself, but not after an answer that is no stream (401, 502).
    if (source?.readyState === EventSource.CLOSED) void sync();
  };
  heard();
}

function heard(): void {
  clearTimeout(silenceTimer);
  silenceTimer = window.setTimeout(connect, SILENCE);
}

/** Fetches what changed since the last time. One runs at a time; what comes meanwhile runs after it. */
export async function sync(): Promise<void> {
  if (running) {
    again = true;
    return;
  }
  running = true;
  try {
    do {
      again = false;
      await fetchChanges(need());
    } while (again);
    online.value = true;
    if (source?.readyState === EventSource.CLOSED) connect();
  } catch (error) {
    if (error instanceof MethodError) console.warn(error);
    else online.value = false;
  } finally {
    running = false;
  }
}

async function fetchChanges(jmap: JmapClient): Promise<void> {
  if (emailState === null) {
    const nothing = await jmap.call<GetResult<EmailRow>>('Email/get', { ids: [] });
    emailState = nothing.state;
    return;
  }
  const changes = jmap.call<ChangesResult>('Email/changes', { sinceState: emailState, maxChanges: 200 });
  const created = getRows(jmap, changes.ref('/created'));
  const updated = getRows(jmap, changes.ref('/updated'));
  const boxes = jmap.call<GetResult<Mailbox>>('Mailbox/get', { ids: null });
  const quota = jmap.call<GetResult<Quota>>('Quota/get', { ids: null });
  try {
    const [what, made, altered] = await Promise.all([changes, created, updated]);
    setMailboxes((await boxes).list);
    quotas.value = (await quota.catch(() => null))?.list ?? quotas.value;
    emailState = what.newState;
    await take(what, made.list, altered.list);
    again ||= what.hasMoreChanges;
  } catch (error) {
    if (!(error instanceof MethodError)) throw error;
    await startOver();
  }
}

function getRows(jmap: JmapClient, ids: unknown) {
  return jmap.call<GetResult<EmailRow>>('Email/get', { '#ids': ids, properties: ROW_PROPERTIES });
}

async function take(what: ChangesResult, made: EmailRow[], altered: EmailRow[]): Promise<void> {
  if (what.created.length + what.updated.length + what.destroyed.length === 0) return;
  addRows([...made, ...altered]);
  forget(what.destroyed);
  changed.value++;
  const inbox = mailboxOf('inbox')?.id;
  announceArrivals(made.filter((email) => inbox !== undefined && email.mailboxIds[inbox] && !email.keywords.$seen));
  await refreshListing();
}

/** The server cannot say what changed: nothing that was fetched is trusted any more. */
async function startOver(): Promise<void> {
  forgetAll();
  emailState = (await need().call<GetResult<EmailRow>>('Email/get', { ids: [] })).state;
  changed.value++;
  await Promise.all([refreshMailboxes(), refreshListing()]);
}

addEventListener('online', () => {
  if (client.value) void sync();
});
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && client.value && source?.readyState !== EventSource.OPEN) void sync();
});
