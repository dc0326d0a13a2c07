// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Answers to invitations: the server writes one as a draft, which is sent as any other message. What was
// answered is kept as a keyword of the invitation.

import { setKeyword, showError } from './actions';
import { createdId } from './mailboxes';
import { NetworkError } from './jmap-client';
import { row } from './message-cache';
import { showToast } from './notify';
import { cancelSending, holdForUndo, submissionOf, undoSeconds } from './sending';
import { identities, mailboxOf, need } from './store';
import { language, t } from './strings';
import type { Answer, Email, Id, SetResult } from './jmap-types';

export const ANSWERS: Answer[] = ['accepted', 'tentative', 'declined'];

function keywordOf(answer: Answer): string {
  return `intimail-${answer}`;
}

/** What the reader answered, if anything. */
export function givenAnswer(email: Email): Answer | null {
  return ANSWERS.find((answer) => email.keywords[keywordOf(answer)]) ?? null;
}

function remember(id: Id, answer: Answer | null): void {
  for (const one of ANSWERS) if (row(id)) void setKeyword([id], keywordOf(one), one === answer);
}

async function removeDraft(id: Id): Promise<void> {
  await need().call('Email/set', { destroy: [id] });
}

async function undo(email: Email, before: Answer | null, submissionId: Id, draftId: Id): Promise<void> {
  try {
    if (!(await cancelSending(submissionId))) {
      showToast(t().tooLateToUndo, undefined, 'error');
      return;
    }
    remember(email.id, before);
    await removeDraft(draftId);
  } catch (error) {
    showError(error);
  }
}

/** Sends a draft that the server wrote; the id of the submission. */
async function submit(emailId: Id, identityId: Id, organizer: string): Promise<Id> {
  const drafts = mailboxOf('drafts');
  const sent = mailboxOf('sent');
  const identity = identities.value.find((one) => one.id === identityId);
  if (!drafts || !sent || !identity) throw new Error(t().noDraftsOrSent);
  const submission = submissionOf({ emailId, identityId, from: identity.email, people: [organizer], hold: holdForUndo(), draftsId: drafts.id, sentId: sent.id });
  const result = await need().call<SetResult<{ id: Id }>>('EmailSubmission/set', submission);
  return createdId(result, 'sending');
}

export async function answerInvitation(email: Email, answer: Answer): Promise<void> {
  const organizer = email['intimail:invitation']?.organizer;
  if (!organizer) return;
  const before = givenAnswer(email);
  try {
    const made = await need().call<{ emailId: Id; identityId: Id }>('Invitation/answer', { emailId: email.id, answer, language: language.value });
    let submissionId: Id;
    try {
      submissionId = await submit(made.emailId, made.identityId, organizer.email);
    } catch (error) {
      // It may be on its way when nobody knows.
      if (!(error instanceof NetworkError)) await removeDraft(made.emailId).catch(() => undefined);
      throw error;
    }
    remember(email.id, answer);
    const back = { label: t().undo, run: () => void undo(email, before, submissionId, made.emailId) };
    showToast(t().answerSent(organizer.email), undoSeconds.value > 0 ? back : undefined, 'plain', undoSeconds.value * 1000 || undefined);
  } catch (error) {
    if (error instanceof NetworkError) showToast(t().sendUnknown, undefined, 'error');
    else showError(error);
  }
}
