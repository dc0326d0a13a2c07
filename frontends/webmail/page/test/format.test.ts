// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatShortDate, formatSize } from '../src/format';

test('format: sizes', () => {
  assert.equal(formatSize(0, 'en'), '0 bytes');
  assert.equal(formatSize(999, 'en'), '999 bytes');
  assert.equal(formatSize(1, 'en'), '1 byte');
  assert.equal(formatSize(7, 'fr'), '7\u00a0octets');
  assert.equal(formatSize(1234, 'en'), '1.2 kB');
  assert.equal(formatSize(52_428_800, 'en'), '52 MB');
  assert.ok(formatSize(1_500_000, 'fr').startsWith('1,5'));
});

test('format: the nearer a date, the shorter', () => {
  const now = new Date(2026, 6, 15, 18, 0);
  const at = (...parts: [number, number, number, number]) => new Date(...parts).toISOString();
  assert.ok(/9.05/.test(formatShortDate(new Date(2026, 6, 15, 9, 5).toISOString(), 'en', now)));
  assert.equal(formatShortDate(at(2026, 6, 13, 9), 'en', now), 'Mon');
  assert.equal(formatShortDate(at(2026, 2, 3, 9), 'en', now), 'Mar 3');
  assert.equal(formatShortDate(at(2025, 2, 3, 9), 'en', now), 'Mar 3, 2025');
  assert.equal(formatShortDate('garbage', 'en', now), '');
});
