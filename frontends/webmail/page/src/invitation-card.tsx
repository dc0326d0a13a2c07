// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Above a mail that invites: to what, when, where and whom, and the buttons to answer with. All of it is what
// the sender wrote, and is shown as text.

import { useState } from 'preact/hooks';

import { formatAddress, sameEmail, shortName } from './address';
import { Icon, type IconName } from './icons';
import { ANSWERS, answerInvitation, givenAnswer } from './invitation-answers';
import { formatWhen, isOver, repetition, sheetOf } from './invitation-words';
import { identities, need } from './store';
import { locale, t } from './strings';
import type { Answer, Attendee, Email, Invitation } from './jmap-types';

const ICONS: Record<Attendee['answer'], IconName> = { accepted: 'check', tentative: 'help', declined: 'close', unanswered: 'clock' };

/** Anybody can write that somebody else answers. */
function isOwnReply(email: Email, { method, attendees }: Invitation): boolean {
  return method === 'REPLY' && attendees.length === 1 && email.from?.length === 1 && sameEmail(email.from[0]!.email, attendees[0]!.email);
}

function kindOf(email: Email, invitation: Invitation): string {
  const { method, attendees } = invitation;
  const who = attendees[0];
  if (who && who.answer !== 'unanswered' && isOwnReply(email, invitation)) return t().invitationReply(shortName(who), who.answer);
  return t().invitationKinds[method] ?? t().invitationKinds.PUBLISH!;
}

function Sheet({ start }: { start: string | null }) {
  const sheet = sheetOf(start, locale());
  if (!sheet) return null;
  return (
    <div class="calendar-sheet" aria-hidden="true">
      <span class="sheet-month">{sheet.month}</span>
      <span class="sheet-day">{sheet.day}</span>
      <span class="sheet-weekday">{sheet.weekday}</span>
    </div>
  );
}

function isOwn(address: string): boolean {
  return identities.value.some((identity) => sameEmail(identity.email, address));
}

function Person({ attendee, answer }: { attendee: Attendee; answer: Attendee['answer'] }) {
  return (
    <li>
      <Icon name={ICONS[answer]} /> <bdi>{formatAddress(attendee)}</bdi> <span class="dim small-text">{t().attendance[answer]}</span>
    </li>
  );
}

/** What the reader has answered is newer than what was sent. */
function People({ email, invitation }: { email: Email; invitation: Invitation }) {
  const { attendees, totalAttendees } = invitation;
  const given = givenAnswer(email);
  if (totalAttendees === 0) return null;
  const hidden = totalAttendees - attendees.length;
  return (
    <details class="invited">
      <summary>{t().invitedCount(totalAttendees)}</summary>
      <ul>
        {attendees.map((one, i) => <Person key={i} attendee={one} answer={given !== null && isOwn(one.email) ? given : one.answer} />)}
        {hidden > 0 && <li class="dim">{t().andMore(hidden)}</li>}
      </ul>
    </details>
  );
}

/** Who invites does not answer. */
function mayAnswer(email: Email, invitation: Invitation): boolean {
  return invitation.mayAnswer && !isOwn(invitation.organizer?.email ?? '') && !email.keywords.$draft;
}

function Answers({ email }: { email: Email }) {
  const [busy, setBusy] = useState<Answer | null>(null);
  const given = givenAnswer(email);
  const answer = async (one: Answer): Promise<void> => {
    setBusy(one);
    await answerInvitation(email, one);
    setBusy(null);
  };
  return (
    <div class="invitation-answers" role="group" aria-label={t().yourAnswer}>
      {ANSWERS.map((one) => (
        <button
          key={one} type="button" class={`button${given === one ? ' suggested' : ''}`} aria-pressed={given === one} disabled={busy !== null}
          onClick={() => void answer(one)}
        >
          <Icon name={ICONS[one]} /> {t().answers[one]}
        </button>
      ))}
    </div>
  );
}

export function InvitationCard({ email, invitation }: { email: Email; invitation: Invitation }) {
  const { method, summary, location, organizer, rule, blobId } = invitation;
  const when = formatWhen(invitation, locale());
  const often = repetition(rule);
  return (
    <section class={`invitation${method === 'CANCEL' ? ' cancelled' : ''}`} aria-label={t().invitation}>
      <Sheet start={invitation.start} />
      <div class="invitation-words">
        <p class="invitation-kind">{kindOf(email, invitation)}</p>
        <h3><bdi>{summary || t().noSubject}</bdi></h3>
        {when && (
          <p class="invitation-when">
            <Icon name="clock" /> <span>{when}{isOver(invitation, new Date()) && <span class="dim"> · {t().isOver}</span>}</span>
          </p>
        )}
        {rule && <p class="dim">{often ? t().repeats(often.frequency, often.interval) : t().repeatsSomehow}</p>}
        {location && <p><Icon name="place" /> <bdi>{location}</bdi></p>}
        {organizer && <p><Icon name="person" /> <span>{t().invitedBy} <bdi>{formatAddress(organizer)}</bdi></span></p>}
        {!isOwnReply(email, invitation) && <People email={email} invitation={invitation} />}
        {mayAnswer(email, invitation) && <Answers email={email} />}
        {blobId && (
          <a class="invitation-file" download="invitation.ics" href={need().downloadUrl(blobId, 'invitation.ics', 'text/calendar')}>
            <Icon name="download" /> {t().forCalendar}
          </a>
        )}
      </div>
    </section>
  );
}
