// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Messages dragged from the list onto a mailbox.

import type { Id } from './jmap-types';
import { selected } from './selection';

const TYPE = 'application/x-intimail-messages';

export function startDrag(event: DragEvent, id: Id): void {
  const ids = selected.value.has(id) ? [...selected.value] : [id];
  event.dataTransfer?.setData(TYPE, ids.join(' '));
  if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
}

export function draggedIds(event: DragEvent): Id[] {
  return (event.dataTransfer?.getData(TYPE) ?? '').split(' ').filter(Boolean);
}

/** Files from outside, as opposed to messages of this page. */
export function hasFiles(event: DragEvent): boolean {
  return [...(event.dataTransfer?.types ?? [])].includes('Files');
}
