// SPDX-License-Identifier: LGPL-2.1-or-later
//
// When a message goes out: after a few seconds in which it can be called back, or at a time that
// the reader says. Until then it is a draft, and the server sends it, with or without this page.

import { signal } from '@preact/signals';

import { showError } from './actions';
import { RefusedError } from './mailboxes';
import { showToast } from './notify';
import type { Hold } from './send-times';
import { need } from './store';
import { t } from './strings';
import type { Email, Id, ReportedRecipient, SetError } from './jmap-types';

/** Seconds to call a message back in; 0 sends at once. */
export const UNDO_CHOICES = [0, 5, 10, 30];
const UNDO_DEFAULT = 10;
const KEY = 'intimail-undo-seconds';

export interface Waiting {
  id: Id;
  sendAt: string;
}

export const undoSeconds = signal(storedSeconds());

function storedSeconds(): number {
  try {
    const stored = localStorage.getItem(KEY);
    const seconds = stored === null ? NaN : Number(stored);
    return UNDO_CHOICES.includes(seconds) ? seconds : UNDO_DEFAULT;
  } catch {
    return UNDO_DEFAULT;
  }
}

export function setUndoSeconds(seconds: number): void {
  undoSeconds.value = seconds;
  try {
    localStorage.setItem(KEY, String(seconds));
  } catch {
    // then only until the page is closed
  }
}

export function holdForUndo(): Hold | null {
  return undoSeconds.value > 0 ? { HOLDFOR: String(undoSeconds.value) } : null;
}

interface Sending {
  emailId: Id;
  identityId: Id;
  /** the address of the identity, if it is known */
  from: string | undefined;
  people: string[];
  hold: Hold | null;
  draftsId: Id;
  sentId: Id;
}

/** What asks the server to send a draft. It moves what waits when it sends it. */
export function submissionOf({ emailId, identityId, from, people, hold, draftsId, sentId }: Sending): Record<string, unknown> {
  if (!hold || !from) {
    return {
      create: { sending: { emailId, identityId } },
      onSuccessUpdateEmail: {
        '#sending': { [`mailboxIds/${draftsId}`]: null, [`mailboxIds/${sentId}`]: true, 'keywords/$draft': null },
      },
    };
  }
  const envelope = { mailFrom: { email: from, parameters: hold }, rcptTo: people.map((email) => ({ email, parameters: null })) };
  return { create: { sending: { emailId, identityId, envelope } } };
}

/** The submission that a draft waits with, if it does. */
export async function findWaiting(emailId: Id): Promise<Waiting | null> {
  const jmap = need();
  const { ids } = await jmap.call<{ ids: Id[] }>('EmailSubmission/query', { filter: { emailIds: [emailId], undoStatus: 'pending' } });
  if (ids.length === 0) return null;
  const { list } = await jmap.call<{ list: Waiting[] }>('EmailSubmission/get', { ids, properties: ['sendAt'] });
  return list[0] ?? null;
}

/** The last word on each recipient of a message of whom mail servers reported. */
export async function findReported(emailId: Id): Promise<ReportedRecipient[]> {
  const jmap = need();
  const { ids } = await jmap.call<{ ids: Id[] }>('EmailSubmission/query', { filter: { emailIds: [emailId] } });
  if (ids.length === 0) return [];
  const { list } = await jmap.call<{ list: { dsnBlobIds: Id[] }[] }>('EmailSubmission/get', { ids, properties: ['dsnBlobIds'] });
  const blobIds = list.flatMap((submission) => submission.dsnBlobIds);
  if (blobIds.length === 0) return [];
  const { parsed } = await jmap.call<{ parsed: Record<Id, Pick<Email, 'intimail:deliveryStatus'>> | null }>('Email/parse', {
    blobIds, properties: ['intimail:deliveryStatus'],
  });
  const reports = blobIds.map((id) => parsed?.[id]?.['intimail:deliveryStatus']?.recipients ?? []);
  return [...new Map(reports.flat().map((recipient) => [recipient.email.toLowerCase(), recipient])).values()];
}

/** False when it is on its way already. */
export async function cancelSending(id: Id): Promise<boolean> {
  const result = await need().call<{ notUpdated: Record<Id, SetError> | null }>('EmailSubmission/set', {
    update: { [id]: { undoStatus: 'canceled' } },
  });
  const refused = result.notUpdated?.[id];
  if (refused?.type === 'cannotUnsend') return false;
  if (refused) throw new RefusedError(refused);
  return true;
}

/** Calls back what was just sent, and opens it again. */
export async function undoSending(submissionId: Id, reopen: () => Promise<void>): Promise<void> {
  try {
    if (await cancelSending(submissionId)) await reopen();
    else showToast(t().tooLateToUndo, undefined, 'error');
  } catch (error) {
    showError(error);
  }
}
