// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The message that is being read: fetched whole, together with the rest of its conversation.

import { effect, signal } from '@preact/signals';

import { setKeyword } from './actions';
import { addRows, addWhole, rowsVersion, wholeMessage } from './message-cache';
import { changed } from './push';
import { PART_PROPERTIES, READ_PROPERTIES, ROW_PROPERTIES, type Email, type EmailRow, type GetResult, type Id } from './jmap-types';
import { need, openId, phase } from './store';

const MAX_BODY = 2_000_000;
const MAX_THREAD = 100;

export interface Reading {
  id: Id;
  email: Email | null;
  thread: Id[];
  error: unknown;
  /** the server does not have it any more */
  gone: boolean;
}

export const reading = signal<Reading | null>(null);

interface Thread {
  id: Id;
  emailIds: Id[];
}

function fetchWhole(id: Id) {
  return need().call<GetResult<Email>>('Email/get', {
    ids: [id],
    properties: READ_PROPERTIES,
    bodyProperties: PART_PROPERTIES,
    fetchTextBodyValues: true,
    fetchHTMLBodyValues: true,
    maxBodyValueBytes: MAX_BODY,
  });
}

/** One message with all that reading and answering need. */
export async function fetchMessage(id: Id): Promise<Email | null> {
  const known = wholeMessage(id);
  if (known) return known;
  const email = (await fetchWhole(id)).list[0] ?? null;
  if (email) addWhole(email);
  return email;
}

async function open(id: Id): Promise<void> {
  const known = wholeMessage(id) ?? null;
  reading.value = { id, email: known, thread: reading.value?.thread.includes(id) ? reading.value.thread : [], error: null, gone: false };
  try {
    const whole = fetchWhole(id);
    const thread = need().call<GetResult<Thread>>('Thread/get', { '#ids': whole.ref('/list/*/threadId') });
    const rows = need().call<GetResult<EmailRow>>('Email/get', {
      '#ids': thread.ref('/list/*/emailIds'),
      properties: ROW_PROPERTIES,
    });
    const email = (await whole).list[0] ?? null;
    const others = (await thread.catch(() => null))?.list[0]?.emailIds ?? [];
    addRows((await rows.catch(() => null))?.list ?? []);
    if (email) addWhole(email);
    if (openId.value !== id) return;
    reading.value = { id, email, thread: others.slice(-MAX_THREAD), error: null, gone: email === null };
    if (email && !email.keywords.$seen) void setKeyword([id], '$seen', true);
  } catch (error) {
    if (openId.value === id) reading.value = { id, email: known, thread: [], error, gone: false };
  }
}

/** Tries again after an error. */
export function reopen(): void {
  if (openId.value) void open(openId.value);
}

async function refreshThread(): Promise<void> {
  const now = reading.value;
  const threadId = now?.email?.threadId;
  if (!now || !threadId) return;
  const thread = need().call<GetResult<Thread>>('Thread/get', { ids: [threadId] });
  const rows = need().call<GetResult<EmailRow>>('Email/get', {
    '#ids': thread.ref('/list/*/emailIds'),
    properties: ROW_PROPERTIES,
  });
  const emailIds = (await thread).list[0]?.emailIds ?? [];
  addRows((await rows).list);
  if (reading.value?.id === now.id) reading.value = { ...reading.value, thread: emailIds.slice(-MAX_THREAD) };
}

export function startReading(): void {
  effect(() => {
    const id = openId.value;
    if (phase.value !== 'ready') return;
    if (id === null) reading.value = null;
    else if (reading.peek()?.id !== id) void open(id);
  });
  effect(() => {
    // Outside of the effect, which would else run for each change of what it changes itself.
    if (changed.value > 0) queueMicrotask(() => void refreshThread().catch(() => undefined));
  });
}

/** The open message with its keywords and mailboxes as they are now. */
export function currentMessage(): Email | null {
  void rowsVersion.value;
  const now = reading.value;
  if (!now?.email) return null;
  return wholeMessage(now.id) ?? now.email;
}
