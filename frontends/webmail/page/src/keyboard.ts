// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The keys of the page: single letters while nothing is being typed.

import { effect } from '@preact/signals';

import { moveAsking, moveToRole, remove, toggleFlag, toggleSeen } from './actions';
import { forward, newMessage, reply } from './compose';
import { question, showHelp } from './dialogs';
import { idAt, indexOf, listTotal, listVersion } from './listing';
import { closeMessage, openMailbox, openMessage } from './navigation';
import { currentMessage } from './reading';
import { openOrEdit } from './message-row';
import { SEARCH_ID } from './search-bar';
import { clearSelection, cursor, extendTo, selected, toggle } from './selection';
import { settingsShown } from './settings';
import { expiredUser, mailboxOf, narrow, openId, pane, phase } from './store';
import type { Id } from './jmap-types';

/** What an action is done to: the marked messages, else the open one, else the one at the cursor. */
function targets(): Id[] {
  if (selected.value.size > 0) return [...selected.value];
  const id = openId.value ?? cursor.value;
  return id === null ? [] : [id];
}

/** Where the cursor is, or was before its message left the list. */
let lastIndex = 0;

function nextIndex(by: number): number {
  if (cursor.value === null) return 0;
  if (indexOf(cursor.value) >= 0) return lastIndex + by;
  // The message after the one that left has moved to its place.
  return by > 0 ? lastIndex : lastIndex - 1;
}

function step(by: number, shift: boolean): void {
  const total = listTotal.value ?? 0;
  if (total === 0) return;
  const next = idAt(Math.min(total - 1, Math.max(0, nextIndex(by))));
  if (next === undefined) return;
  if (shift) extendTo(next);
  cursor.value = next;
  // On a wide page reading follows the cursor, once something is open.
  if (openId.value !== null && !shift && !narrow.value) openMessage(next);
}

function toNeighbour(by: number): void {
  if (openId.value !== null && narrow.value) {
    const next = idAt(indexOf(openId.value) + by);
    if (next !== undefined) openMessage(next);
  } else step(by, false);
}

const KEYS: Record<string, (shift: boolean) => void> = {
  j: () => toNeighbour(1),
  k: () => toNeighbour(-1),
  ArrowDown: (shift) => step(1, shift),
  ArrowUp: (shift) => step(-1, shift),
  Enter: () => cursor.value && openOrEdit(cursor.value),
  o: () => cursor.value && openOrEdit(cursor.value),
  x: () => cursor.value && toggle(cursor.value),
  r: () => answer(false),
  a: () => answer(true),
  f: () => {
    const email = currentMessage();
    if (email) void forward(email);
  },
  c: () => newMessage(),
  s: () => toggleFlag(targets()),
  u: () => toggleSeen(targets()),
  e: () => void moveToRole(targets(), 'archive'),
  '!': () => void moveToRole(targets(), 'junk'),
  v: () => void moveAsking(targets()),
  '#': () => void remove(targets()),
  Delete: () => void remove(targets()),
  '/': () => document.getElementById(SEARCH_ID)?.focus(),
  i: () => {
    const inbox = mailboxOf('inbox');
    if (inbox) openMailbox(inbox.id);
  },
  '?': showHelp,
  Escape: () => {
    if (selected.value.size > 0) clearSelection();
    else if (pane.value === 'mailboxes') pane.value = 'list';
    else if (openId.value !== null) {
      closeMessage();
      document.querySelector<HTMLElement>('.rows-scroller')?.focus();
    }
  },
};

function answer(all: boolean): void {
  const email = currentMessage();
  if (email) void reply(email, all);
}

/** Does what a key stands for, if anything; says whether it did. */
export function pressKey(key: string, shift: boolean): boolean {
  const run = Object.hasOwn(KEYS, key) ? KEYS[key] : undefined;
  if (!run || phase.value !== 'ready' || question.value || settingsShown.value || expiredUser.value) return false;
  run(shift);
  return true;
}

function typing(target: Element | null): boolean {
  return target?.closest('input:not([type=checkbox]), textarea, select, [contenteditable], dialog, .compose') != null;
}

/** Keys that mean something to what has the focus are left to it. */
function belongsToTarget(event: KeyboardEvent, target: Element | null): boolean {
  const pressable = target?.closest('button, a[href], [role=button]') != null;
  if (pressable && (event.key === 'Enter' || event.key === ' ')) return true;
  const arrows = event.key === 'ArrowDown' || event.key === 'ArrowUp';
  return arrows && target?.closest('.rows-scroller') == null && target !== document.body;
}

export function startKeyboard(): void {
  effect(() => {
    void listVersion.value;
    const at = cursor.value === null ? -1 : indexOf(cursor.value);
    if (at >= 0) lastIndex = at;
  });
  addEventListener('keydown', (event) => {
    const target = event.target as Element | null;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(target) || belongsToTarget(event, target)) return;
    if (pressKey(event.key, event.shiftKey)) event.preventDefault();
  });
}
