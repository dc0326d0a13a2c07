// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a reader does to messages. The page shows the result at once and puts it back when the
// server refuses.

import { HttpError, MethodError, NetworkError } from './jmap-client';
import { chooseMailbox, confirm } from './dialogs';
import { dropFromList, idAt, indexOf, refreshListing } from './listing';
import { mailboxName, RefusedError } from './mailboxes';
import { allRows, changeRow, forget, hold, row } from './message-cache';
import { closeMessage, leavesMessage, openMessage } from './navigation';
import { showToast } from './notify';
import { deselect } from './selection';
import type { EmailRow, Id, IdSet, QueryResult, Role, SetError, SetResult } from './jmap-types';
import { mailboxes, mailboxOf, need, openId, view } from './store';
import { t } from './strings';

const AT_ONCE = 400;

/** An error in the reader's words, with what to do. */
export function explain(error: unknown): string {
  if (error instanceof NetworkError) return t().errorNetwork;
  if (error instanceof RefusedError) return explainRefusal(error.error);
  if (error instanceof HttpError && error.status >= 500) return t().errorServer;
  if (error instanceof HttpError || error instanceof MethodError) return t().errorRefused(error.message);
  return t().errorRefused(String((error as Error)?.message ?? error));
}

function explainRefusal({ type, description, invalidRecipients }: SetError): string {
  if (type === 'invalidRecipients' && invalidRecipients?.length) {
    return [t().refusedRecipients(invalidRecipients.join(', ')), description].filter(Boolean).join(' ');
  }
  return t().setErrors[type] ?? t().errorRefused(description || type);
}

export function showError(error: unknown): void {
  showToast(explain(error), undefined, 'error');
}

async function update(changes: Record<Id, Record<string, unknown>>): Promise<void> {
  const entries = Object.entries(changes);
  for (let i = 0; i < entries.length; i += AT_ONCE) {
    const part = Object.fromEntries(entries.slice(i, i + AT_ONCE));
    const result = await need().call<SetResult<never>>('Email/set', { update: part });
    const refused = result.notUpdated && Object.values(result.notUpdated)[0];
    if (refused) throw new RefusedError(refused);
  }
}

/** The server's own count comes with the next change. */
function countUnread(emails: EmailRow[], by: number): void {
  const next = new Map(mailboxes.value);
  for (const id of emails.flatMap((email) => Object.keys(email.mailboxIds))) {
    const mailbox = next.get(id);
    if (mailbox) next.set(id, { ...mailbox, unreadEmails: Math.max(0, mailbox.unreadEmails + by) });
  }
  mailboxes.value = next;
}

export async function setKeyword(ids: Id[], keyword: string, on: boolean): Promise<void> {
  const before = allRows(ids).filter((email) => (keyword in email.keywords) !== on);
  if (before.length === 0) return;
  const release = hold(before.map((email) => email.id), keyword, on);
  for (const email of before) changeRow(email.id, {});
  if (keyword === '$seen') countUnread(before, on ? -1 : 1);
  try {
    await update(Object.fromEntries(before.map((email) => [email.id, { [`keywords/${keyword}`]: on || null }])));
    void need().settled().then(release);
  } catch (error) {
    release();
    for (const email of before) changeRow(email.id, { keywords: email.keywords });
    if (keyword === '$seen') countUnread(before, on ? 1 : -1);
    showError(error);
  }
}

export function toggleSeen(ids: Id[]): void {
  const anyUnread = allRows(ids).some((email) => !email.keywords.$seen);
  void setKeyword(ids, '$seen', anyUnread);
}

export function toggleFlag(ids: Id[]): void {
  const anyPlain = allRows(ids).some((email) => !email.keywords.$flagged);
  void setKeyword(ids, '$flagged', anyPlain);
}

/** When the open message goes away, its neighbour is opened; on a phone, the list. */
function openNeighbour(gone: Id[]): void {
  const open = openId.value;
  if (open === null || !gone.includes(open)) return;
  const at = indexOf(open);
  const lost = new Set(gone);
  for (const step of [1, -1]) {
    for (let i = at + step; at >= 0 && idAt(i) !== undefined; i += step) {
      const next = idAt(i)!;
      if (lost.has(next)) continue;
      if (leavesMessage()) closeMessage();
      else openMessage(next);
      return;
    }
  }
  closeMessage();
}

function takeOut(ids: Id[]): void {
  openNeighbour(ids);
  deselect(ids);
  dropFromList(ids);
}

async function setMailboxIds(wanted: Map<Id, IdSet>): Promise<void> {
  await update(Object.fromEntries([...wanted].map(([id, mailboxIds]) => [id, { mailboxIds }])));
}

export async function moveTo(ids: Id[], mailboxId: Id): Promise<void> {
  const before = allRows(ids).filter((email) => !(mailboxId in email.mailboxIds && Object.keys(email.mailboxIds).length === 1));
  const target = mailboxes.value.get(mailboxId);
  if (before.length === 0 || !target) return;
  const moved = before.map((email) => email.id);
  const everywhere = view.value.everywhere && view.value.text !== '';
  if (!everywhere && view.value.mailboxId !== mailboxId) takeOut(moved);
  for (const id of moved) changeRow(id, { mailboxIds: { [mailboxId]: true } });
  try {
    await setMailboxIds(new Map(moved.map((id) => [id, { [mailboxId]: true }])));
    showToast(t().movedTo(moved.length, mailboxName(target)), { label: t().undo, run: () => void undoMove(before) });
  } catch (error) {
    for (const email of before) changeRow(email.id, { mailboxIds: email.mailboxIds });
    showError(error);
  }
  await refreshListing();
}

async function undoMove(before: EmailRow[]): Promise<void> {
  try {
    await setMailboxIds(new Map(before.map((email) => [email.id, email.mailboxIds])));
    for (const email of before) changeRow(email.id, { mailboxIds: email.mailboxIds });
  } catch (error) {
    showError(error);
  }
  await refreshListing();
}

export async function moveToRole(ids: Id[], role: Role): Promise<void> {
  const target = mailboxOf(role);
  if (target) await moveTo(ids, target.id);
  else showToast(t().noSuchMailbox(t().roles[role]), undefined, 'error');
}

export async function moveAsking(ids: Id[]): Promise<void> {
  if (ids.length === 0) return;
  const target = await chooseMailbox(t().moveTitle(ids.length), view.value.mailboxId ? [view.value.mailboxId] : []);
  if (target) await moveTo(ids, target);
}

function isIn(id: Id, role: Role): boolean {
  const mailbox = mailboxOf(role);
  return mailbox !== undefined && row(id)?.mailboxIds[mailbox.id] === true;
}

/** To the trash; what is there already is deleted for ever, after a question. */
export async function remove(ids: Id[]): Promise<void> {
  if (ids.length === 0) return;
  if (!ids.every((id) => isIn(id, 'trash'))) {
    await moveToRole(ids, 'trash');
    return;
  }
  const sure = await confirm(t().deleteTitle(ids.length), t().deleteText, t().deleteForEver, true);
  if (sure) await destroy(ids);
}

export async function destroy(ids: Id[]): Promise<void> {
  takeOut(ids);
  try {
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const result = await need().call<SetResult<never>>('Email/set', { destroy: ids.slice(i, i + AT_ONCE) });
      forget(result.destroyed ?? []);
      const refused = Object.values(result.notDestroyed ?? {}).find((error) => error.type !== 'notFound');
      if (refused) throw new RefusedError(refused);
    }
    showToast(t().deleted(ids.length));
  } catch (error) {
    showError(error);
  }
  await refreshListing();
}

/** Deletes all of a mailbox for ever, in pieces that one request may carry. */
export async function emptyMailbox(mailboxId: Id): Promise<void> {
  const mailbox = mailboxes.value.get(mailboxId);
  if (!mailbox || mailbox.totalEmails === 0) return;
  const name = mailboxName(mailbox);
  if (!(await confirm(t().emptyTitle(name), t().emptyText(mailbox.totalEmails), t().emptyAccept, true))) return;
  if (openId.value && row(openId.value)?.mailboxIds[mailboxId]) closeMessage();
  try {
    for (;;) {
      const jmap = need();
      const query = jmap.call<QueryResult>('Email/query', { filter: { inMailbox: mailboxId }, limit: AT_ONCE });
      const set = jmap.call<SetResult<never>>('Email/set', { '#destroy': query.ref('/ids') });
      const [found, result] = await Promise.all([query, set]);
      if (found.ids.length === 0) break;
      const refused = Object.values(result.notDestroyed ?? {}).find((error) => error.type !== 'notFound');
      if (refused) throw new RefusedError(refused);
    }
    showToast(t().emptied(name));
  } catch (error) {
    showError(error);
  }
  await refreshListing();
}
