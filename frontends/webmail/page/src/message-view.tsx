// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The pane in which a message is read.

import { useEffect, useRef, useState } from 'preact/hooks';

import { explain, moveAsking, moveToRole, remove, setKeyword, toggleSeen } from './actions';
import { formatAddress, shortName } from './address';
import { AttachmentList } from './attachment-list';
import { IconButton } from './button';
import { editDraft, forward, reply } from './compose';
import { DeliveryReport, SentReport } from './delivery-report';
import { formatDate, formatLongDate } from './format';
import { Icon } from './icons';
import { InvitationCard } from './invitation-card';
import { Logo } from './logo';
import { MenuButton, MenuItem } from './menu-button';
import { MessageFrame } from './message-frame';
import { Avatar } from './message-row';
import { MessageText } from './message-text';
import { htmlOf, nameForFile, textOf } from './message-parts';
import { closeMessage } from './navigation';
import { ProtectionLine } from './protection-line';
import { currentMessage, reading, reopen } from './reading';
import { wonderedAbout } from './rules';
import { mailboxOf, need, openId } from './store';
import { locale, t } from './strings';
import { ThreadStrip } from './thread-strip';
import type { Address, Email } from './jmap-types';
import { WaitingBar } from './waiting-bar';

function isIn(email: Email, role: 'trash' | 'junk' | 'archive' | 'sent'): boolean {
  const mailbox = mailboxOf(role);
  return mailbox !== undefined && email.mailboxIds[mailbox.id] === true;
}

/** The message as it came, for other programs. */
function saveMessage(email: Email): void {
  const link = document.createElement('a');
  const name = `${nameForFile(email)}.eml`;
  link.href = need().downloadUrl(email.blobId, name, 'message/rfc822');
  link.download = name;
  link.click();
}

function Tools({ email }: { email: Email }) {
  const ids = [email.id];
  const flagged = email.keywords.$flagged === true;
  const inTrash = isIn(email, 'trash');
  const inJunk = isIn(email, 'junk');
  return (
    <div class="tools" role="toolbar" aria-label={t().messageActions}>
      <IconButton icon="reply" label={t().reply} onClick={() => void reply(email, false)} />
      <IconButton icon="replyAll" label={t().replyAll} onClick={() => void reply(email, true)} />
      <IconButton icon="forward" label={t().forward} onClick={() => void forward(email)} />
      <span class="gap" />
      <IconButton icon="star" label={t().flag} filled={flagged} pressed={flagged} class={flagged ? 'on' : ''} onClick={() => void setKeyword(ids, '$flagged', !flagged)} />
      <IconButton icon="unread" label={t().markUnread} class="wide-tool" onClick={() => (toggleSeen(ids), closeMessage())} />
      {inTrash || inJunk ? (
        <IconButton icon="inbox" label={t().restore} onClick={() => void moveToRole(ids, 'inbox')} />
      ) : (
        <>
          {!isIn(email, 'archive') && <IconButton icon="archive" label={t().archive} onClick={() => void moveToRole(ids, 'archive')} />}
          <IconButton icon="junk" label={t().junk} class="wide-tool" onClick={() => void moveToRole(ids, 'junk')} />
        </>
      )}
      <IconButton icon="moveTo" label={t().move} class="wide-tool" onClick={() => void moveAsking(ids)} />
      <IconButton icon="trash" label={inTrash ? t().deleteForEver : t().remove} onClick={() => void remove(ids)} />
      <MenuButton icon="more" label={t().more}>
        <MenuItem label={t().markUnread} class="phone-only" onClick={() => (toggleSeen(ids), closeMessage())} />
        <MenuItem label={t().move} class="phone-only" onClick={() => void moveAsking(ids)} />
        {!inJunk && <MenuItem label={t().junk} class="phone-only" onClick={() => void moveToRole(ids, 'junk')} />}
        <MenuItem label={t().saveMessage} onClick={() => saveMessage(email)} />
        <MenuItem label={t().why} onClick={() => (wonderedAbout.value = email.id)} />
      </MenuButton>
    </div>
  );
}

function AddressLine({ label, list }: { label: string; list: Address[] | null }) {
  if (!list || list.length === 0) return null;
  return (
    <div class="address-line">
      <dt>{label}</dt>
      <dd>{list.map((address, i) => <span key={i} class="address">{formatAddress(address)}</span>)}</dd>
    </div>
  );
}

function Header({ email }: { email: Email }) {
  const [details, setDetails] = useState(false);
  const from = email.from?.[0];
  const to = [...(email.to ?? []), ...(email.cc ?? []), ...(email.bcc ?? [])].map(shortName);
  const more = to.length > 3 ? ` ${t().andMore(to.length - 3)}` : '';
  const sent = email.sentAt ?? email.receivedAt;
  return (
    <header class="message-header">
      <Avatar address={from} size="large" />
      <div class="message-who">
        <p class="message-from">
          <strong>{shortName(from) || t().noSender}</strong>
          {from?.name && <span class="dim from-address">{from.email}</span>}
        </p>
        <button type="button" class="details-button" aria-expanded={details} onClick={() => setDetails(!details)}>
          {t().toPeople(to.slice(0, 3).join(', ') || t().noRecipient)}{more} <Icon name="down" />
        </button>
      </div>
      <time class="dim message-date" dateTime={sent} title={formatLongDate(sent, locale())}>{formatDate(sent, locale())}</time>
      {details && (
        <dl class="details">
          <AddressLine label={t().from} list={email.from} />
          <AddressLine label={t().replyTo} list={email.replyTo} />
          <AddressLine label={t().to} list={email.to} />
          <AddressLine label={t().cc} list={email.cc} />
          <AddressLine label={t().bcc} list={email.bcc} />
        </dl>
      )}
    </header>
  );
}

function Body({ email }: { email: Email }) {
  const html = htmlOf(email);
  const text = textOf(email);
  return (
    <>
      {html !== null ? <MessageFrame key={email.id} email={email} html={html} /> : <MessageText text={text ?? ''} />}
      {html === null && !text?.trim() && email.attachments.length === 0 && <p class="dim">{t().noText}</p>}
      <AttachmentList email={email} html={html} />
    </>
  );
}

function Article({ email }: { email: Email }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // A screen reader starts at the subject; the list keeps the focus of those who walk through it.
    if (!document.activeElement?.closest('.rows-scroller, .compose, dialog')) title.current?.focus({ preventScroll: true });
    title.current?.closest('.scroller')?.scrollTo(0, 0);
  }, [email.id]);
  return (
    <article class="message">
      <h2 class="message-subject" tabIndex={-1} ref={title}>{email.subject || t().noSubject}</h2>
      <ThreadStrip />
      {email.keywords.$draft && (
        <div class="info-bar">
          <Icon name="drafts" /><span>{t().isDraft}</span>
          <button type="button" class="button" onClick={() => void editDraft(email.id)}>{t().edit}</button>
        </div>
      )}
      {email.keywords.$draft && <WaitingBar emailId={email.id} />}
      <Header email={email} />
      {email['intimail:protection'] && <ProtectionLine key={email.id} email={email} protection={email['intimail:protection']} />}
      {email['intimail:invitation'] && <InvitationCard key={email.id} email={email} invitation={email['intimail:invitation']} />}
      {email['intimail:deliveryStatus'] && <DeliveryReport recipients={email['intimail:deliveryStatus'].recipients} />}
      {isIn(email, 'sent') && <SentReport emailId={email.id} />}
      <Body email={email} />
      <footer class="answer-buttons">
        <button type="button" class="button" onClick={() => void reply(email, false)}><Icon name="reply" /> {t().reply}</button>
        <button type="button" class="button" onClick={() => void reply(email, true)}><Icon name="replyAll" /> {t().replyAll}</button>
        <button type="button" class="button" onClick={() => void forward(email)}><Icon name="forward" /> {t().forward}</button>
      </footer>
    </article>
  );
}

function Waiting() {
  const now = reading.value;
  if (now?.error) {
    return (
      <div class="status">
        <Icon name="warning" /><p>{explain(now.error)}</p>
        <button type="button" class="button" onClick={reopen}>{t().tryAgain}</button>
      </div>
    );
  }
  if (openId.value === null) return <div class="status"><Logo size={96} /><p class="dim">{t().nothingOpen}</p></div>;
  if (now?.gone) return <div class="status"><p>{t().messageGone}</p></div>;
  return <div class="status"><span class="spinner" role="status" aria-label={t().loading} /></div>;
}

export function MessageView() {
  const email = openId.value === null ? null : currentMessage();
  return (
    <main class="pane reading" aria-label={t().message}>
      <header class="header-bar">
        <IconButton icon="back" class="narrow-only" label={t().back} onClick={closeMessage} />
        {email && <Tools email={email} />}
      </header>
      <div class="scroller reading-scroller" tabIndex={-1}>
        {email ? <Article key={email.id} email={email} /> : <Waiting />}
      </div>
    </main>
  );
}
