// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { judge } from '../src/signatures';
import type { Protection, Signature, Signatures } from '../src/jmap-types';

const PGP: Protection = { kind: 'openpgp', state: 'signed', isInText: false, isWhole: true };
const GOOD: Signature = { status: 'good', isTrusted: true, fingerprint: '0123456789ABCDEF0123456789ABCDEF01234567', name: 'Ann', email: 'ann@home.example' };

const levelsOf = (list: Partial<Signature>[], protection = PGP, sender = 'ann@home.example') =>
  judge(protection, true, { list: list.map((one) => ({ ...GOOD, ...one })), problem: null }, (address) => address === sender).map((one) => one.level);

test('signatures: only what is verified, trusted, whole, and of the sender looks good', () => {
  assert.deepEqual(levelsOf([{}]), ['good']);
  assert.deepEqual(levelsOf([{ isTrusted: false }]), ['plain']);
  assert.deepEqual(levelsOf([{}], PGP, 'eve@far.example'), ['plain']);
  assert.deepEqual(levelsOf([{ email: null }]), ['plain']);
  assert.deepEqual(levelsOf([{}], { ...PGP, isWhole: false }), ['plain']);
  assert.deepEqual(levelsOf([{ status: 'bad', isTrusted: false }, {}]), ['bad', 'good']);
  for (const status of ['unknownKey', 'keyExpired', 'signatureExpired', 'failed'] as const) assert.deepEqual(levelsOf([{ status }]), ['plain']);
});

test('signatures: what is not known is said', () => {
  const problems: (Signatures | null)[] = [null, { list: [], problem: null }];
  for (const problem of ['noKeys', 'unreadable', 'tooLarge', 'unavailable'] as const) problems.push({ list: [GOOD], problem });
  for (const signatures of problems) {
    const [one, ...more] = judge(PGP, true, signatures, () => true);
    assert.equal(one?.level, 'plain');
    assert.equal(more.length, 0);
  }
  assert.equal(judge({ ...PGP, state: 'encrypted' }, false, null, () => true)[0]?.level, 'plain');
  assert.match(judge({ ...PGP, kind: 'smime' }, false, null, () => true)[0]!.text, /S\/MIME/);
});
