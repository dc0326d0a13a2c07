// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Which messages of the list are marked for a common action, and where the keyboard stands.

import { signal } from '@preact/signals';

import type { Id } from './jmap-types';
import { idsBetween, indexOf } from './listing';

export const selected = signal<ReadonlySet<Id>>(new Set());
export const cursor = signal<Id | null>(null);

let anchor: Id | null = null;

export function clearSelection(): void {
  anchor = null;
  if (selected.value.size > 0) selected.value = new Set();
}

export function select(ids: Iterable<Id>): void {
  selected.value = new Set(ids);
}

export function deselect(ids: Iterable<Id>): void {
  const next = new Set(selected.value);
  for (const id of ids) next.delete(id);
  if (next.size !== selected.value.size) selected.value = next;
}

export function toggle(id: Id): void {
  const next = new Set(selected.value);
  if (!next.delete(id)) next.add(id);
  anchor = id;
  selected.value = next;
}

/** Marks everything from the last marked message, or from the open one, to this one. */
export function extendTo(id: Id): void {
  const from = indexOf(anchor ?? cursor.value ?? id);
  const to = indexOf(id);
  if (from < 0 || to < 0) {
    toggle(id);
    return;
  }
  selected.value = new Set([...selected.value, ...idsBetween(from, to)]);
}
