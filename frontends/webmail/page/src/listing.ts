// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The list of messages of one view: its true length, and the ids of the part that was looked at.

import { signal } from '@preact/signals';

import { addRows, isCached } from './message-cache';
import { ROW_PROPERTIES, type EmailRow, type GetResult, type Id, type QueryResult } from './jmap-types';
import { need, view, type View } from './store';

export const PAGE = 50;
/** Ids farther than this from what is on the screen are dropped. */
const KEEP = 1500;

/** Counts up whenever the list changes. */
export const listVersion = signal(0);
export const listError = signal<Error | null>(null);
export const listTotal = signal<number | null>(null);

let ids = new Map<number, Id>();
let generation = 0;
let loading = false;
let shown = { first: 0, end: PAGE };

export function idAt(index: number): Id | undefined {
  return ids.get(index);
}

export function indexOf(id: Id): number {
  for (const [index, one] of ids) if (one === id) return index;
  return -1;
}

export function idsBetween(from: number, to: number): Id[] {
  const found: Id[] = [];
  for (let i = Math.min(from, to); i <= Math.max(from, to); i++) {
    const id = ids.get(i);
    if (id !== undefined) found.push(id);
  }
  return found;
}

export function knownIds(): Id[] {
  return [...ids.keys()].sort((a, b) => a - b).map((index) => ids.get(index)!);
}

export function filterOf(wanted: View): Record<string, unknown> | null {
  const conditions: Record<string, unknown> = {};
  const text = wanted.text.trim();
  if (wanted.mailboxId && !(wanted.everywhere && text)) conditions.inMailbox = wanted.mailboxId;
  if (text) conditions.text = text;
  if (wanted.only === 'unread') conditions.notKeyword = '$seen';
  if (wanted.only === 'flagged') conditions.hasKeyword = '$flagged';
  return Object.keys(conditions).length > 0 ? conditions : null;
}

/** Starts anew, for another mailbox or another filter. */
export function resetListing(): void {
  generation++;
  loading = false;
  ids = new Map();
  shown = { first: 0, end: PAGE };
  listTotal.value = null;
  listError.value = null;
  listVersion.value++;
  void load(true);
}

/** Says which rows are on the screen, and fetches those that are missing. */
export function showWindow(first: number, end: number): void {
  shown = { first, end: Math.max(end, first + 1) };
  void load(false);
}

/** Asks again for what is on the screen; what is farther away is asked for when it is reached. */
export function refreshListing(): Promise<void> {
  for (const index of [...ids.keys()]) {
    if (index < shown.first - PAGE || index >= shown.end + PAGE) ids.delete(index);
  }
  return load(true);
}

function missing(): boolean {
  const total = listTotal.value ?? PAGE;
  for (let i = shown.first; i < Math.min(shown.end, total); i++) {
    const id = ids.get(i);
    if (id === undefined || !isCached(id)) return true;
  }
  return false;
}

async function load(always: boolean): Promise<void> {
  if (!view.value.mailboxId || (loading && !always)) return;
  if (!always && !missing()) return;
  const mine = generation;
  loading = true;
  const position = Math.max(0, Math.floor(shown.first / PAGE) * PAGE);
  const limit = Math.min(4, Math.ceil((shown.end - position) / PAGE)) * PAGE;
  try {
    await fetchRange(mine, position, limit);
    if (mine === generation) listError.value = null;
  } catch (error) {
    if (mine !== generation) return;
    loading = false;
    listError.value = error as Error;
    return;
  }
  if (mine !== generation) return;
  loading = false;
  // The reader may have scrolled on meanwhile.
  void load(false);
}

async function fetchRange(mine: number, position: number, limit: number): Promise<void> {
  const jmap = need();
  const query = jmap.call<QueryResult>('Email/query', {
    filter: filterOf(view.value),
    sort: [{ property: 'receivedAt', isAscending: false }],
    position,
    limit,
    calculateTotal: true,
  });
  const get = jmap.call<GetResult<EmailRow>>('Email/get', { '#ids': query.ref('/ids'), properties: ROW_PROPERTIES });
  const [found, emails] = await Promise.all([query, get]);
  if (mine !== generation) return;
  addRows(emails.list);
  store(position, limit, found);
}

function store(position: number, limit: number, found: QueryResult): void {
  const total = found.total ?? position + found.ids.length;
  for (const index of [...ids.keys()]) {
    const far = index < shown.first - KEEP || index > shown.end + KEEP;
    if (far || index >= total || (index >= position && index < position + limit)) ids.delete(index);
  }
  found.ids.forEach((id, i) => ids.set(position + i, id));
  listTotal.value = total;
  listVersion.value++;
}

/** Takes messages out of the list at once, before the server has said so. */
export function dropFromList(gone: Id[]): void {
  const lost = new Set(gone);
  const indices = [...ids.keys()].sort((a, b) => a - b);
  const next = new Map<number, Id>();
  let removed = 0;
  for (const index of indices) {
    const id = ids.get(index)!;
    if (lost.has(id)) removed++;
    else next.set(index - removed, id);
  }
  if (removed === 0) return;
  ids = next;
  if (listTotal.value !== null) listTotal.value = Math.max(0, listTotal.value - removed);
  listVersion.value++;
}
