// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Above a report of a mail server: to whom a message was not delivered, why, and what to do.

import { Icon } from './icons';
import { locale, t } from './strings';
import type { DeliveryStatus, ReportedRecipient } from './jmap-types';

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

export function DeliveryReport({ report }: { report: DeliveryStatus }) {
  return (
    <section class="delivery-report" aria-label={t().deliveryReport}>
      <ul>
        {report.recipients.map((recipient, i) => <Recipient key={i} recipient={recipient} />)}
      </ul>
    </section>
  );
}
