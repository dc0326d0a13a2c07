// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Above a report of a mail server, and above the message that it is about: to whom it was not
// delivered, why, and what to do.

import { useEffect, useState } from 'preact/hooks';

import { Icon } from './icons';
import { findReported } from './sending';
import { locale, t } from './strings';
import type { Id, ReportedRecipient } from './jmap-types';

const GOOD = ['delivered', 'relayed', 'expanded'];

function Recipient({ recipient }: { recipient: ReportedRecipient }) {
  const { email, action, diagnostic, remote, explanation } = recipient;
  return (
    <li>
      <p><Icon name={GOOD.includes(action) ? 'check' : 'warning'} /> <strong>{email}</strong></p>
      <p>{locale().startsWith('fr') ? explanation.fr : explanation.en}</p>
      {diagnostic && <p class="dim report-words">{remote ? t().serverSaid(remote, diagnostic) : diagnostic}</p>}
    </li>
  );
}

export function DeliveryReport({ recipients }: { recipients: ReportedRecipient[] }) {
  return (
    <section class="delivery-report" aria-label={t().deliveryReport}>
      <ul>
        {recipients.map((recipient, i) => <Recipient key={i} recipient={recipient} />)}
      </ul>
    </section>
  );
}

/** Of a message that was sent: nothing when all is well. */
export function SentReport({ emailId }: { emailId: Id }) {
  const [recipients, setRecipients] = useState<ReportedRecipient[]>([]);

  useEffect(() => {
    let gone = false;
    setRecipients([]);
    findReported(emailId).then((found) => !gone && setRecipients(found.filter(({ action }) => !GOOD.includes(action))), () => undefined);
    return () => {
      gone = true;
    };
  }, [emailId]);

  return recipients.length > 0 ? <DeliveryReport recipients={recipients} /> : null;
}
