// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One row of the list.

import { setKeyword } from './actions';
import { colourOf, initials, shortName } from './address';
import { editDraft } from './compose';
import { startDrag } from './drag';
import { formatShortDate } from './format';
import { Icon } from './icons';
import { mailboxName } from './mailboxes';
import { row, rowsVersion } from './message-cache';
import { openMessage } from './navigation';
import { cursor, extendTo, selected, toggle } from './selection';
import { findWaiting } from './sending';
import { currentMailbox, mailboxes, openId, view } from './store';
import { locale, t } from './strings';
import type { Address, EmailRow, Id } from './jmap-types';

const AVATARS = 8;

export function Avatar({ address, size = '' }: { address: Address | undefined | null; size?: string }) {
  return <span class={`avatar avatar-${colourOf(address, AVATARS)} ${size}`} aria-hidden="true">{initials(address)}</span>;
}

/** In Sent and Drafts one looks for whom it is to. */
function showsRecipients(email: EmailRow): boolean {
  const role = currentMailbox.value?.role;
  return role === 'sent' || role === 'drafts' || (view.value.everywhere && '$draft' in email.keywords);
}

function people(email: EmailRow): { text: string; first: Address | undefined } {
  if (!showsRecipients(email)) return { text: shortName(email.from?.[0]) || t().noSender, first: email.from?.[0] };
  const all = [...(email.to ?? []), ...(email.cc ?? [])];
  return { text: all.map(shortName).join(', ') || t().noRecipient, first: all[0] };
}

/** What waits to be sent is shown, and says so: it is stopped on purpose alone. */
async function openDraft(id: Id): Promise<void> {
  if (await findWaiting(id).catch(() => null)) openMessage(id);
  else await editDraft(id);
}

export function openOrEdit(id: Id): void {
  if (row(id)?.keywords.$draft) void openDraft(id);
  else openMessage(id);
}

function click(event: MouseEvent, id: Id): void {
  if (event.shiftKey) {
    event.preventDefault();
    extendTo(id);
  } else if (event.ctrlKey || event.metaKey) toggle(id);
  else openOrEdit(id);
}

function Badges({ email }: { email: EmailRow }) {
  const everywhere = view.value.everywhere && view.value.text !== '';
  const where = everywhere ? mailboxes.value.get(Object.keys(email.mailboxIds)[0] ?? '') : undefined;
  return (
    <span class="row-badges">
      {where && <span class="badge">{mailboxName(where)}</span>}
      {email.keywords.$answered && <span role="img" aria-label={t().answered}><Icon name="reply" /></span>}
      {email.keywords.$forwarded && <span role="img" aria-label={t().forwarded}><Icon name="forward" /></span>}
      {email.hasAttachment && <span role="img" aria-label={t().hasAttachment}><Icon name="attach" /></span>}
    </span>
  );
}

interface Props {
  id: Id | undefined;
  index: number;
  total: number;
}

export function MessageRow({ id, index, total }: Props) {
  void rowsVersion.value;
  const email = id === undefined ? undefined : row(id);
  if (!email) {
    return (
      <div class="row placeholder" role="option" aria-selected={false} aria-setsize={total} aria-posinset={index + 1} aria-label={t().loading}>
        <span class="avatar" /><span class="row-text"><span class="ghost wide" /><span class="ghost" /></span>
      </div>
    );
  }
  const who = people(email);
  const unread = !email.keywords.$seen;
  const flagged = email.keywords.$flagged === true;
  const marked = selected.value.has(email.id);
  const names = ['row'];
  if (unread) names.push('unread');
  if (marked) names.push('marked');
  if (openId.value === email.id) names.push('open');
  if (cursor.value === email.id) names.push('at-cursor');
  return (
    <div
      class={names.join(' ')} id={`row-${email.id}`} role="option" aria-selected={marked || openId.value === email.id}
      aria-setsize={total} aria-posinset={index + 1} draggable
      onClick={(event) => click(event, email.id)} onDragStart={(event) => startDrag(event, email.id)}
    >
      <label class="row-mark" onClick={(event) => event.stopPropagation()}>
        <Avatar address={who.first} />
        <input
          type="checkbox" tabIndex={-1} checked={marked} aria-label={t().selectMessage}
          onClick={(event) => {
            if (event.shiftKey) extendTo(email.id);
            else toggle(email.id);
          }}
        />
      </label>
      <span class="row-text">
        <span class="row-top">
          {unread && <span class="dot" role="img" aria-label={t().unread} />}
          <span class="row-people">{who.text}</span>
          <time class="row-date" dateTime={email.receivedAt}>{formatShortDate(email.receivedAt, locale())}</time>
        </span>
        <span class="row-middle">
          <span class="row-subject">{email.subject || t().noSubject}</span>
          <Badges email={email} />
        </span>
        <span class="row-preview">{email.preview}</span>
      </span>
      <button
        type="button" tabIndex={-1} class={flagged ? 'row-star on' : 'row-star'} aria-pressed={flagged} aria-label={t().flag} title={t().flag}
        onClick={(event) => {
          event.stopPropagation();
          void setKeyword([email.id], '$flagged', !flagged);
        }}
      >
        <Icon name="star" filled={flagged} />
      </button>
    </div>
  );
}
