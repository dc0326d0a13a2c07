// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Messages that were fetched: their rows, and the whole of those that were read last.

import { signal } from '@preact/signals';

import type { Address, Email, EmailRow, Id } from './jmap-types';

const MAX_ROWS = 6000;
const MAX_WHOLE = 30;
const MAX_PEOPLE = 2000;

const rows = new Map<Id, EmailRow>();
const whole = new Map<Id, Email>();
const people = new Map<string, Address>();

interface Held {
  keyword: string;
  on: boolean;
}

const held = new Map<Id, Held[]>();

/** Counts up whenever a row changes: components that show rows read it. */
export const rowsVersion = signal(0);

export function row(id: Id): EmailRow | undefined {
  return rows.get(id);
}

export function allRows(ids: Iterable<Id>): EmailRow[] {
  const found: EmailRow[] = [];
  for (const id of ids) {
    const one = rows.get(id);
    if (one) found.push(one);
  }
  return found;
}

export function isCached(id: Id): boolean {
  return rows.has(id);
}

function trim<T>(map: Map<Id, T>, max: number): void {
  for (const key of map.keys()) {
    if (map.size <= max) break;
    map.delete(key);
  }
}

/**
 * Keeps a change to keywords over what the server says, until the function that is returned is called:
 * an answer that is under way may be older than the change.
 */
export function hold(ids: Id[], keyword: string, on: boolean): () => void {
  const one = { keyword, on };
  for (const id of ids) held.set(id, [...(held.get(id) ?? []), one]);
  return () => {
    for (const id of ids) {
      const left = (held.get(id) ?? []).filter((other) => other !== one);
      if (left.length > 0) held.set(id, left);
      else held.delete(id);
    }
  };
}

function withHeld(email: EmailRow): EmailRow {
  const changes = held.get(email.id);
  if (!changes) return email;
  const keywords = { ...email.keywords };
  for (const { keyword, on } of changes) {
    if (on) keywords[keyword] = true;
    else delete keywords[keyword];
  }
  return { ...email, keywords };
}

export function addRows(list: EmailRow[]): void {
  for (const said of list) {
    const email = withHeld(said);
    rows.delete(email.id);
    rows.set(email.id, email);
    const full = whole.get(email.id);
    if (full) whole.set(email.id, { ...full, keywords: email.keywords, mailboxIds: email.mailboxIds });
    for (const address of [...(email.from ?? []), ...(email.to ?? []), ...(email.cc ?? [])]) meet(address);
  }
  trim(rows, MAX_ROWS);
  rowsVersion.value++;
}

export function addWhole(email: Email): void {
  whole.delete(email.id);
  whole.set(email.id, email);
  trim(whole, MAX_WHOLE);
  addRows([email]);
}

export function wholeMessage(id: Id): Email | undefined {
  return whole.get(id);
}

export function changeRow(id: Id, change: Partial<EmailRow>): void {
  const old = rows.get(id);
  if (old) addRows([{ ...old, ...change }]);
}

export function forget(ids: Id[]): void {
  for (const id of ids) {
    rows.delete(id);
    whole.delete(id);
  }
  rowsVersion.value++;
}

export function forgetAll(): void {
  rows.clear();
  whole.clear();
  rowsVersion.value++;
}

/** Remembers an address, so that it can be offered when one is typed. */
export function meet(address: Address): void {
  if (!address.email) return;
  const key = address.email.toLowerCase();
  const known = people.get(key);
  people.delete(key);
  people.set(key, address.name || !known ? address : known);
  trim(people, MAX_PEOPLE);
}

/** For comparing: é and e, A and a are the same to who types them. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The known addresses that fit what was typed, latest first. */
export function completions(typed: string, max: number): Address[] {
  const wanted = plain(typed.trim());
  if (!wanted) return [];
  const fits = [...people.values()].reverse().filter((address) => {
    const words = plain(`${address.name ?? ''} ${address.email}`);
    return words.startsWith(wanted) || words.includes(` ${wanted}`) || plain(address.email).includes(wanted);
  });
  return fits.slice(0, max);
}
