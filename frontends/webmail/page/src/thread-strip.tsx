// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The other messages of the conversation, oldest first.

import { useEffect, useRef } from 'preact/hooks';

import { shortName } from './address';
import { formatShortDate } from './format';
import { row, rowsVersion } from './message-cache';
import { Avatar, openOrEdit } from './message-row';
import { reading } from './reading';
import { mailboxOf } from './store';
import { locale, t } from './strings';
import type { Id } from './jmap-types';

function visible(id: Id, open: Id): boolean {
  const email = row(id);
  const trash = mailboxOf('trash')?.id;
  return email !== undefined && (id === open || trash === undefined || !email.mailboxIds[trash]);
}

export function ThreadStrip() {
  void rowsVersion.value;
  const now = reading.value;
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && current) list.current.scrollLeft = current.offsetLeft - list.current.clientWidth / 3;
  }, [now?.id, now?.thread.length]);
  const ids = now?.thread.filter((id) => visible(id, now.id)) ?? [];
  if (!now || ids.length < 2) return null;
  return (
    <nav class="thread" aria-label={t().conversation}>
      <h3 class="hidden-words">{t().conversationCount(ids.length)}</h3>
      <ol ref={list}>
        {ids.map((id) => {
          const email = row(id)!;
          const who = email.from?.[0];
          return (
            <li key={id}>
              <button
                type="button" class={email.keywords.$seen ? 'thread-item' : 'thread-item unread'} title={email.preview}
                aria-current={id === now.id ? 'true' : undefined} onClick={() => openOrEdit(id)}
              >
                <Avatar address={who} size="small" />
                <span class="thread-who">{email.keywords.$draft ? t().draft : shortName(who)}</span>
                <time class="dim" dateTime={email.receivedAt}>{formatShortDate(email.receivedAt, locale())}</time>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
