// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What an answer begins with: its subject, its recipients, its references and the quoted text.

import { distinct, formatAddress } from './address';
import type { Address, Email } from './jmap-types';

const REPLY = /^\s*(?:(?:re|aw|sv|antw|odp|vs|rép|ré)(?:\[\d+\])?\s*:\s*)+/iu;
const FORWARD = /^\s*(?:(?:fwd?|tr|wg|i|enc)(?:\[\d+\])?\s*:\s*)+/iu;

export function replySubject(subject: string): string {
  return `Re: ${subject.replace(REPLY, '').trim()}`;
}

export function forwardSubject(subject: string): string {
  return `Fwd: ${subject.replace(FORWARD, '').trim()}`;
}

export function quoteText(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').replace(/\s+$/, '').split('\n');
  return lines.map((line) => (line.startsWith('>') ? `>${line}` : line ? `> ${line}` : '>')).join('\n');
}

type Origin = Pick<Email, 'from' | 'replyTo' | 'to' | 'cc' | 'messageId' | 'references' | 'inReplyTo'>;

export interface Recipients {
  to: Address[];
  cc: Address[];
}

/** An answer to what one sent oneself goes to those whom it was sent to. */
export function replyRecipients(email: Origin, own: Address[], all: boolean): Recipients {
  const mine = new Set(own.map((address) => address.email.toLowerCase()));
  const isMine = (address: Address) => mine.has(address.email.toLowerCase());
  const from = email.from ?? [];
  const fromMe = from.length > 0 && from.every(isMine);
  const answered = email.replyTo?.length ? email.replyTo : from;
  const to = distinct(fromMe ? (email.to ?? []) : answered);
  if (!all) return { to, cc: [] };
  const others = fromMe ? [] : (email.to ?? []);
  const everybody = distinct([...to, ...others], own);
  const toAll = everybody.length > 0 ? everybody : to;
  return { to: toAll, cc: distinct(email.cc ?? [], [...own, ...toAll]) };
}

/** RFC 5322 section 3.6.4, with a bound: the first id names the conversation, the last the parent. */
export function replyReferences(email: Origin): { inReplyTo: string[] | null; references: string[] | null } {
  const id = email.messageId ?? [];
  if (id.length === 0) return { inReplyTo: null, references: null };
  const before = email.references?.length ? email.references : email.inReplyTo?.length === 1 ? email.inReplyTo : [];
  const all = [...new Set([...before, ...id])];
  const references = all.length > 40 ? [all[0]!, ...all.slice(-39)] : all;
  return { inReplyTo: id, references };
}

export function forwardHeader(email: Pick<Email, 'from' | 'to' | 'cc' | 'subject'>, date: string, words: {
  title: string; from: string; to: string; cc: string; date: string; subject: string;
}): string {
  const people = (list: Address[] | null) => (list ?? []).map(formatAddress).join(', ');
  const lines = [`---------- ${words.title} ----------`, `${words.from}: ${people(email.from)}`, `${words.date}: ${date}`,
    `${words.subject}: ${email.subject ?? ''}`, `${words.to}: ${people(email.to)}`];
  if (email.cc?.length) lines.push(`${words.cc}: ${people(email.cc)}`);
  return lines.join('\n');
}
