// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { forwardSubject, quoteText, replyRecipients, replyReferences, replySubject } from '../src/quoting';
import type { Address } from '../src/jmap-types';

const anna: Address = { name: 'Anna', email: 'anna@home.example' };
const paul: Address = { name: 'Paul', email: 'paul@example.org' };
const olga: Address = { name: 'Olga', email: 'olga@example.org' };
const list: Address = { name: null, email: 'choir@example.org' };
const ids = { messageId: ['1@x'], references: null, inReplyTo: null };

test('quoting: subjects get one prefix', () => {
  for (const subject of ['Tea', 'Re: Tea', 'RE: re: Tea', 'AW: Tea', 'Re[2]: Tea', 'Ré : Tea']) assert.equal(replySubject(subject), 'Re: Tea', subject);
  for (const subject of ['Tea', 'Fwd: Tea', 'TR: Tea', 'WG: Fw: Tea']) assert.equal(forwardSubject(subject), 'Fwd: Tea', subject);
  assert.equal(replySubject('Regarding tea'), 'Re: Regarding tea');
});

test('quoting: text', () => {
  assert.equal(quoteText('a\n\n> b\r\nc\n\n'), '> a\n>\n>> b\n> c');
});

test('quoting: an answer goes to the sender, or where he wants it', () => {
  assert.deepEqual(replyRecipients({ ...ids, from: [paul], replyTo: null, to: [anna], cc: [olga] }, [anna], false), { to: [paul], cc: [] });
  assert.deepEqual(replyRecipients({ ...ids, from: [paul], replyTo: [list], to: [anna], cc: null }, [anna], false), { to: [list], cc: [] });
});

test('quoting: an answer to all leaves oneself out', () => {
  const email = { ...ids, from: [paul], replyTo: null, to: [{ ...anna, email: 'ANNA@home.example' }, list], cc: [olga, anna, paul] };
  assert.deepEqual(replyRecipients(email, [anna], true), { to: [paul, list], cc: [olga] });
});

test('quoting: an answer to one’s own message goes to those who had it', () => {
  const email = { ...ids, from: [anna], replyTo: null, to: [paul], cc: [olga] };
  assert.deepEqual(replyRecipients(email, [anna], false), { to: [paul], cc: [] });
  assert.deepEqual(replyRecipients(email, [anna], true), { to: [paul], cc: [olga] });
});

test('quoting: a note to oneself can be answered to all', () => {
  assert.deepEqual(replyRecipients({ ...ids, from: [anna], replyTo: null, to: [anna], cc: null }, [anna], true), { to: [anna], cc: [] });
});

test('quoting: references follow RFC 5322', () => {
  const origin = { from: [paul], replyTo: null, to: null, cc: null };
  assert.deepEqual(replyReferences({ ...origin, messageId: ['3@x'], references: ['1@x', '2@x'], inReplyTo: ['2@x'] }), { inReplyTo: ['3@x'], references: ['1@x', '2@x', '3@x'] });
  assert.deepEqual(replyReferences({ ...origin, messageId: ['3@x'], references: null, inReplyTo: ['2@x'] }).references, ['2@x', '3@x']);
  assert.deepEqual(replyReferences({ ...origin, messageId: null, references: ['1@x'], inReplyTo: null }), { inReplyTo: null, references: null });
  const many = Array.from({ length: 200 }, (_, i) => `${i}@x`);
  const { references } = replyReferences({ ...origin, messageId: ['new@x'], references: many, inReplyTo: null });
  assert.equal(references!.length, 40);
  assert.deepEqual([references![0], references![39]], ['0@x', 'new@x']);
});
