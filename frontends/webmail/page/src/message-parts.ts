// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The texts of a message, out of the parts that JMAP names.

import { t } from './strings';
import type { BodyPart, Email } from './jmap-types';

function valueOf(email: Email, parts: BodyPart[], type: string): string | null {
  const texts = parts
    .filter((part) => part.type === type && part.partId !== null)
    .map((part) => email.bodyValues[part.partId!]?.value ?? '');
  return texts.length > 0 ? texts.join('\n') : null;
}

export function htmlOf(email: Email): string | null {
  return valueOf(email, email.htmlBody, 'text/html');
}

export function textOf(email: Email): string | null {
  return valueOf(email, email.textBody, 'text/plain');
}

/** The subject, as far as it may be the name of a file. */
export function nameForFile(email: Email): string {
  return (email.subject || t().message).replace(/[\\/:*?"<>|\p{Cc}]/gu, ' ').trim().slice(0, 80);
}
