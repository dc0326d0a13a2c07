// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Where the reader is: a mailbox, perhaps a message. The address says it (`#/mailbox/message`),
// so that a reload comes back to the same place and a phone's back button leaves the message.

import { batch } from '@preact/signals';

import type { Id } from './jmap-types';
import { resetListing } from './listing';
import { clearSelection, cursor } from './selection';
import { mailboxes, mailboxOf, narrow, openId, pane, view, type View } from './store';

function address(): string {
  const { mailboxId } = view.value;
  if (!mailboxId) return '#';
  return openId.value ? `#/${mailboxId}/${openId.value}` : `#/${mailboxId}`;
}

function remember(push: boolean): void {
  const wanted = address();
  if (location.hash === wanted) return;
  if (push) history.pushState(null, '', wanted);
  else history.replaceState(null, '', wanted);
}

export function changeView(change: Partial<View>): void {
  batch(() => {
    view.value = { ...view.value, ...change };
    clearSelection();
    cursor.value = null;
  });
  resetListing();
}

export function openMailbox(id: Id): void {
  const other = view.value.mailboxId !== id;
  batch(() => {
    openId.value = null;
    pane.value = 'list';
    if (other || view.value.text) changeView({ mailboxId: id, text: '', only: 'all', everywhere: false });
  });
  remember(other);
}

export function openMessage(id: Id): void {
  const first = openId.value === null;
  batch(() => {
    openId.value = id;
    cursor.value = id;
    pane.value = 'message';
  });
  remember(first);
}

export function closeMessage(): void {
  batch(() => {
    openId.value = null;
    pane.value = 'list';
  });
  remember(false);
}

export function showMailboxes(): void {
  pane.value = 'mailboxes';
}

/** Goes to what the address names, or to the inbox. */
export function openFromLocation(): void {
  const [, mailboxId, emailId] = location.hash.split('/');
  const known = mailboxId && mailboxes.value.has(mailboxId) ? mailboxId : null;
  const id = known ?? mailboxOf('inbox')?.id ?? [...mailboxes.value.keys()][0] ?? null;
  batch(() => {
    openId.value = known && emailId ? emailId : null;
    if (openId.value) cursor.value = openId.value;
    pane.value = openId.value ? 'message' : 'list';
    if (id !== view.value.mailboxId) changeView({ mailboxId: id, text: '', only: 'all', everywhere: false });
  });
  remember(false);
}

export function startNavigation(): void {
  addEventListener('popstate', openFromLocation);
}

/** A phone goes back to the list where a wide page opens the neighbour. */
export function leavesMessage(): boolean {
  return narrow.value;
}
