// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is said of a signature, and how loud.

import { t } from './strings';
import type { Protection, Signature, Signatures } from './jmap-types';

export interface Judgement {
  /** `good` is for what was verified, and nothing else */
  level: 'good' | 'plain' | 'bad';
  text: string;
  fingerprint?: string;
}

const plain = (text: string): Judgement => ({ level: 'plain', text });

/** The end of it, which is what people compare. */
function keyOf(fingerprint: string): string {
  return fingerprint.slice(-16).replace(/(.{4})(?=.)/g, '$1 ');
}

function judgeGood(signature: Signature, whole: boolean, isSender: (address: string) => boolean): Judgement {
  const { name, email, isTrusted, fingerprint } = signature;
  const who = name && email ? `${name} <${email}>` : name || email || '?';
  const key = keyOf(fingerprint);
  if (!isTrusted) return { ...plain(t().signatureUntrusted(who, key)), fingerprint };
  if (!email || !isSender(email)) return { ...plain(t().signatureOfOther(who, key)), fingerprint };
  return { level: whole ? 'good' : 'plain', text: t().signatureGood(who, key), fingerprint };
}

function judgeOne(signature: Signature, whole: boolean, isSender: (address: string) => boolean): Judgement {
  const { status, fingerprint } = signature;
  if (status === 'good') return judgeGood(signature, whole, isSender);
  const level = status === 'bad' || status === 'keyRevoked' ? 'bad' : 'plain';
  return { level, text: t().signatureStates[status](keyOf(fingerprint)), fingerprint };
}

/** `signatures` are null while GnuPG is asked. */
export function judge(
  protection: Protection, verifiable: boolean, signatures: Signatures | null, isSender: (address: string) => boolean,
): Judgement[] {
  if (protection.state === 'encrypted') return [plain(t().encrypted)];
  if (!verifiable) return [plain(t().signatureUnchecked(protection.kind === 'smime' ? 'S/MIME' : 'OpenPGP'))];
  if (!signatures) return [plain(t().signatureChecking)];
  if (signatures.problem === 'unavailable') return [plain(t().signatureLater)];
  if (signatures.problem === 'noKeys') return [plain(t().signatureNoKeys)];
  if (signatures.problem || signatures.list.length === 0) return [plain(t().signatureUnreadable)];
  return signatures.list.map((one) => judgeOne(one, protection.isWhole, isSender));
}
