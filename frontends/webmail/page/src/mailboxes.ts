// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The mailboxes: their order, their names, and how they are made, renamed and removed.

import { MethodError } from './jmap-client';
import type { GetResult, Id, Mailbox, Role, SetError, SetResult } from './jmap-types';
import { mailboxes, need } from './store';
import { t } from './strings';

const ROLE_ORDER: Role[] = ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash'];

/** What the server refused, in its own terms. */
export class RefusedError extends Error {
  constructor(readonly error: SetError) {
    super(error.description || error.type);
  }
}

/** The id of what was created, or the reason why it was not. */
export function createdId(result: SetResult<{ id: Id }>, key: string): Id {
  const made = result.created?.[key];
  if (made) return made.id;
  throw new RefusedError(result.notCreated?.[key] ?? { type: 'serverFail' });
}

export function setMailboxes(list: Mailbox[]): void {
  mailboxes.value = new Map(list.map((mailbox) => [mailbox.id, mailbox]));
}

export async function refreshMailboxes(): Promise<void> {
  setMailboxes((await need().call<GetResult<Mailbox>>('Mailbox/get', { ids: null })).list);
}

/** The role's name in the reader's language; a mailbox without role has its own. */
export function mailboxName(mailbox: Mailbox | undefined): string {
  if (!mailbox) return '';
  return mailbox.role && mailbox.role in t().roles ? t().roles[mailbox.role] : mailbox.name;
}

export interface MailboxNode {
  mailbox: Mailbox;
  depth: number;
}

function byOrder(a: Mailbox, b: Mailbox): number {
  const rank = (mailbox: Mailbox) => (mailbox.role ? ROLE_ORDER.indexOf(mailbox.role) : ROLE_ORDER.length);
  return rank(a) - rank(b) || a.sortOrder - b.sortOrder || a.name.localeCompare(b.name);
}

/** All mailboxes in the order in which they are shown: roles first, children under their parent. */
export function mailboxTree(all: ReadonlyMap<Id, Mailbox>): MailboxNode[] {
  const children = new Map<Id | null, Mailbox[]>();
  for (const mailbox of all.values()) {
    const parent = mailbox.parentId !== null && all.has(mailbox.parentId) ? mailbox.parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), mailbox]);
  }
  const nodes: MailboxNode[] = [];
  const visit = (parent: Id | null, depth: number) => {
    for (const mailbox of (children.get(parent) ?? []).sort(byOrder)) {
      nodes.push({ mailbox, depth });
      visit(mailbox.id, depth + 1);
    }
  };
  visit(null, 0);
  return nodes;
}

function check(result: SetResult<{ id: Id }>): void {
  for (const map of [result.notCreated, result.notUpdated, result.notDestroyed]) {
    const first = map && Object.values(map)[0];
    if (first) throw new RefusedError(first);
  }
}

async function change(args: Record<string, unknown>): Promise<SetResult<{ id: Id }>> {
  const result = await need().call<SetResult<{ id: Id }>>('Mailbox/set', args);
  check(result);
  await refreshMailboxes();
  return result;
}

export async function createMailbox(name: string, parentId: Id | null): Promise<Id> {
  const result = await change({ create: { m: { name, parentId, isSubscribed: true } } });
  const made = result.created?.m;
  if (!made) throw new MethodError('serverFail');
  return made.id;
}

export async function renameMailbox(id: Id, name: string): Promise<void> {
  await change({ update: { [id]: { name } } });
}

export async function destroyMailbox(id: Id): Promise<void> {
  await change({ destroy: [id], onDestroyRemoveEmails: true });
}
