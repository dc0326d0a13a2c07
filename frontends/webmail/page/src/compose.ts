// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The windows in which messages are written: how one is opened, and what it starts with.

import { signal } from '@preact/signals';

import { showError } from './actions';
import { formatAddress, sameEmail } from './address';
import { Draft, fromParts } from './draft';
import { formatLongDate } from './format';
import { showToast } from './notify';
import { fetchMessage } from './reading';
import { forwardHeader, forwardSubject, quoteText, replyRecipients, replyReferences, replySubject } from './quoting';
import { htmlToText } from './sanitise';
import { cancelSending, findWaiting } from './sending';
import { locale, t } from './strings';
import { identities } from './store';
import { htmlOf, textOf } from './message-parts';
import type { Address, Email, Id } from './jmap-types';

export const drafts = signal<Draft[]>([]);

function open(draft: Draft): Draft {
  for (const other of drafts.value) if (!other.isEmpty()) other.minimised.value = true;
  drafts.value = [...drafts.value.filter((other) => !other.isEmpty()), draft];
  return draft;
}

export function dropDraft(draft: Draft): void {
  drafts.value = drafts.value.filter((other) => other !== draft);
  draft.stop();
}

export function newMessage(to: Address[] = []): void {
  open(new Draft({ to }));
}

function bodyText(email: Email): string {
  const text = textOf(email);
  if (text?.trim()) return text;
  const html = htmlOf(email);
  return html === null ? '' : htmlToText(html);
}

function ownAddresses(): Address[] {
  return identities.value.map(({ name, email }) => ({ name, email }));
}

/** Answers come from the address that the message was sent to. */
function identityFor(email: Email): Id | undefined {
  const people = [...(email.to ?? []), ...(email.cc ?? []), ...(email.from ?? [])];
  return identities.value.find((identity) => people.some((one) => sameEmail(one.email, identity.email)))?.id;
}

export async function reply(email: Email, all: boolean): Promise<void> {
  const { to, cc } = replyRecipients(email, ownAddresses(), all);
  const date = formatLongDate(email.sentAt ?? email.receivedAt, locale());
  const who = (email.from ?? []).map(formatAddress).join(', ');
  open(new Draft({
    to,
    cc,
    subject: replySubject(email.subject ?? ''),
    text: `\n\n${t().wrote(date, who)}\n${quoteText(bodyText(email))}\n`,
    ...replyReferences(email),
    identityId: identityFor(email),
    answers: { id: email.id, keyword: '$answered' },
  }));
}

export async function forward(email: Email): Promise<void> {
  const words = { title: t().forwardedMessage, from: t().from, to: t().to, cc: t().cc, date: t().date, subject: t().subject };
  const date = formatLongDate(email.sentAt ?? email.receivedAt, locale());
  open(new Draft({
    subject: forwardSubject(email.subject ?? ''),
    text: `\n\n${forwardHeader(email, date, words)}\n\n${bodyText(email)}\n`,
    attachments: fromParts(email.attachments),
    references: replyReferences(email).references,
    identityId: identityFor(email),
    answers: { id: email.id, keyword: '$forwarded' },
  }));
}

/** What is written on is not sent meanwhile. False when it is on its way. */
async function stopWaiting(id: Id): Promise<boolean> {
  const waiting = await findWaiting(id);
  if (!waiting) return true;
  const stopped = await cancelSending(waiting.id);
  showToast(stopped ? t().noLongerWaits : t().tooLateToUndo, undefined, stopped ? 'plain' : 'error');
  return stopped;
}

/** Opens a draft where it was left. */
export async function editDraft(id: Id): Promise<void> {
  const opened = drafts.value.find((draft) => draft.savedId === id);
  if (opened) {
    opened.minimised.value = false;
    return;
  }
  try {
    if (!(await stopWaiting(id))) return;
    const email = await fetchMessage(id);
    if (!email) return;
    const own = email.from?.[0];
    open(new Draft({
      to: email.to ?? [],
      cc: email.cc ?? [],
      bcc: email.bcc ?? [],
      subject: email.subject ?? '',
      text: bodyText(email),
      attachments: fromParts(email.attachments),
      inReplyTo: email.inReplyTo,
      references: email.references,
      identityId: identities.value.find((identity) => own && sameEmail(identity.email, own.email))?.id,
      savedId: id,
    }));
  } catch (error) {
    showError(error);
  }
}

/** Whether closing the page now would lose something. */
export function hasUnsaved(): boolean {
  return drafts.value.some((draft) => draft.dirty.value || draft.uploading());
}

addEventListener('beforeunload', (event) => {
  if (hasUnsaved()) event.preventDefault();
});
