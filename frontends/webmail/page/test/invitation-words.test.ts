// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatWhen, isOver, repetition, sheetOf } from '../src/invitation-words';

const when = (start: string | null, end: string | null = null, zone: string | null = null, language = 'en-GB') =>
  formatWhen({ start, end, zone }, language).replace(/[\u2009\u202f\u00a0]/g, ' ').replace(/,/g, '');

test('invitation: days are the days that are written, and end before the end', () => {
  assert.equal(when('2026-01-15'), 'Thursday 15 January 2026');
  assert.equal(when('2026-01-15', '2026-01-16'), 'Thursday 15 January 2026');
  assert.match(when('2026-01-15', '2026-01-17'), /15.*Friday 16 January 2026/);
  assert.equal(when('2026-01-15', null, null, 'fr'), 'jeudi 15 janvier 2026');
});

test('invitation: what a clock shows stays so, with the name of its zone', () => {
  assert.match(when('2026-01-15T09:00:00', null, 'Nowhere Time'), /^Thursday 15 January 2026.* 09:00 \(Nowhere Time\)$/);
  assert.match(when('2026-01-15T09:00:00', '2026-01-15T10:30:00'), /09:00.*10:30$/);
});

test('invitation: a moment is told in the zone of the reader', () => {
  const here = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date('2026-01-15T09:00:00Z'));
  assert.ok(when('2026-01-15T09:00:00Z', null, 'Europe/Paris').endsWith(here));
});

test('invitation: what is no time is not told', () => {
  for (const start of [null, '', 'x', '2026-13-45', '2026-01-15T99:00:00Z', '<script>', '10000-01-01']) {
    assert.equal(when(start), '');
    assert.equal(sheetOf(start, 'en'), null);
    assert.equal(isOver({ start, end: null, rule: null }, new Date()), false);
  }
  assert.equal(when('0001-01-01').includes('January'), true);
});

test('invitation: a sheet of the calendar', () => {
  assert.deepEqual(sheetOf('2026-01-05', 'en-GB'), { month: 'Jan', day: '5', weekday: 'Mon' });
  assert.equal(sheetOf('2026-01-05', 'fr')?.day, '5');
});

test('invitation: what is over', () => {
  const now = new Date('2026-01-15T12:00:00Z');
  const over = (start: string, end: string | null = null, rule: string | null = null) => isOver({ start, end, rule }, now);
  assert.equal(over('2026-01-15T11:00:00Z'), true);
  assert.equal(over('2026-01-15T11:00:00Z', '2026-01-15T13:00:00Z'), false);
  assert.equal(over('2026-01-13'), true);
  assert.equal(over('2026-01-15'), false);
  assert.equal(over('2020-01-15', null, 'FREQ=WEEKLY'), false);
});

test('invitation: how often', () => {
  assert.deepEqual(repetition('FREQ=WEEKLY;BYDAY=MO'), { frequency: 'WEEKLY', interval: 1 });
  assert.deepEqual(repetition('INTERVAL=2;FREQ=daily'), { frequency: 'DAILY', interval: 2 });
  for (const rule of [null, '', 'FREQ=SECONDLY', 'FREQ=<b>', 'x;FREQ=WEEKLYX']) assert.equal(repetition(rule), null);
});
