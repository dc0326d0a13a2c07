// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { holdUntil, laterChoices, localValue } from '../src/send-times';

test('send times: tomorrow and the next Monday, in the morning', () => {
  const days: [Date, Date, Date][] = [
    [new Date(2026, 10, 27, 9, 30), new Date(2026, 10, 28, 8), new Date(2026, 10, 30, 8)], // a Friday
    [new Date(2026, 10, 29, 23, 59), new Date(2026, 10, 30, 8), new Date(2026, 10, 30, 8)], // a Sunday
    [new Date(2026, 10, 30, 7), new Date(2026, 11, 1, 8), new Date(2026, 11, 7, 8)], // a Monday
    [new Date(2026, 11, 31, 12), new Date(2027, 0, 1, 8), new Date(2027, 0, 4, 8)],
  ];
  for (const [now, tomorrow, monday] of days) {
    assert.deepEqual(laterChoices(now), { inAnHour: new Date(now.getTime() + 3_600_000), tomorrow, monday });
  }
});

test('send times: a date for JMAP, and one for a field', () => {
  assert.deepEqual(holdUntil(new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678))), { HOLDUNTIL: '2026-01-02T03:04:05Z' });
  assert.equal(localValue(new Date(2026, 0, 2, 3, 4, 5)), '2026-01-02T03:04');
});
