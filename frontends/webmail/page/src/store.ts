// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What the page knows at the moment. Components read these signals and are drawn again when
// they change; only the modules named after a noun write them.

import { computed, signal } from '@preact/signals';

import type { JmapClient } from './jmap-client';
import type { Id, Identity, Mailbox, Quota, Role } from './jmap-types';

/** `starting` until it is known whether somebody is signed in. */
export const phase = signal<'starting' | 'signed-out' | 'ready' | 'failed'>('starting');
/** Who was signed in when the session ended under an open page; empty otherwise. */
export const expiredUser = signal('');
export const client = signal<JmapClient | null>(null);
export const online = signal(true);

export const mailboxes = signal<ReadonlyMap<Id, Mailbox>>(new Map());
export const identities = signal<Identity[]>([]);
export const quotas = signal<Quota[]>([]);

export type Only = 'all' | 'unread' | 'flagged';

export interface View {
  mailboxId: Id | null;
  text: string;
  only: Only;
  everywhere: boolean;
}

export const view = signal<View>({ mailboxId: null, text: '', only: 'all', everywhere: false });
/** The message that is being read. */
export const openId = signal<Id | null>(null);
/** Which pane a phone shows. */
export const pane = signal<'mailboxes' | 'list' | 'message'>('list');

export function need(): JmapClient {
  const current = client.value;
  if (!current) throw new Error('nobody is signed in');
  return current;
}

export function mailboxOf(role: Role): Mailbox | undefined {
  for (const mailbox of mailboxes.value.values()) if (mailbox.role === role) return mailbox;
  return undefined;
}

export const currentMailbox = computed(() => {
  const id = view.value.mailboxId;
  return id === null ? undefined : mailboxes.value.get(id);
});

/** Narrow enough for one pane at a time. */
export const narrow = signal(false);
const narrowQuery = typeof matchMedia === 'function' ? matchMedia('(max-width: 719px)') : null;
if (narrowQuery) {
  narrow.value = narrowQuery.matches;
  narrowQuery.addEventListener('change', () => (narrow.value = narrowQuery.matches));
}
