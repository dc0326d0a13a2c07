// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Telling the reader: toasts, the live region for screen readers, desktop notifications, and
// the number in the title.

import { effect, signal } from '@preact/signals';

import { shortName } from './address';
import { currentMailbox, mailboxOf, phase } from './store';
import { mailboxName } from './mailboxes';
import { t } from './strings';
import type { EmailRow } from './jmap-types';

export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'error';
  action?: { label: string; run: () => void };
}

const SHOWN = 7000;
const SHOWN_ERROR = 12000;
const MAX_TOASTS = 3;

export const toasts = signal<Toast[]>([]);
/** What a screen reader says next. */
export const spoken = signal('');

let counter = 0;

export function dismissToast(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

export function showToast(text: string, action?: Toast['action'], tone: Toast['tone'] = 'plain', shown = tone === 'error' ? SHOWN_ERROR : SHOWN): void {
  const id = ++counter;
  // Only the last action can be undone: an older undo would undo what came after it, too.
  const others = action ? toasts.value.filter((toast) => !toast.action) : toasts.value;
  toasts.value = [...others, { id, text, tone, action }].slice(-MAX_TOASTS);
  setTimeout(() => dismissToast(id), shown);
}

export function say(text: string): void {
  spoken.value = text;
}

const ALLOWED = 'intimail-notifications';

export const notifying = signal(
  typeof Notification === 'function' && Notification.permission === 'granted' && stored() === 'yes',
);

function stored(): string | null {
  try {
    return localStorage.getItem(ALLOWED);
  } catch {
    return null;
  }
}

export function canNotify(): boolean {
  return typeof Notification === 'function' && Notification.permission !== 'denied';
}

export async function setNotifying(on: boolean): Promise<void> {
  notifying.value = on && (await Notification.requestPermission()) === 'granted';
  try {
    localStorage.setItem(ALLOWED, notifying.value ? 'yes' : 'no');
  } catch {
    // then only until the page is closed
  }
}

export function announceArrivals(list: EmailRow[]): void {
  const last = list[0];
  if (!last) return;
  const who = shortName(last.from?.[0]);
  const text = list.length === 1 ? t().newMailFrom(who, last.subject ?? '') : t().newMails(list.length);
  say(text);
  if (notifying.value && document.hidden) {
    new Notification(list.length === 1 ? who : t().newMails(list.length), {
      body: list.length === 1 ? (last.subject ?? '') : '',
      tag: 'intimail',
      icon: '/assets/icon.svg',
    });
  }
}

export function startTitle(): void {
  effect(() => {
    const unread = mailboxOf('inbox')?.unreadEmails ?? 0;
    const where = phase.value === 'ready' ? mailboxName(currentMailbox.value) : '';
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${where ? `${where} – ` : ''}Intimail`;
  });
}
