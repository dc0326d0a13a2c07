// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { en } from '../src/strings-en';
import { fr } from '../src/strings-fr';

test('strings: both languages explain the same errors and keys', () => {
  assert.deepEqual(Object.keys(fr.setErrors), Object.keys(en.setErrors));
  assert.equal(fr.shortcutTable.length, en.shortcutTable.length);
});

test('strings: nothing is empty', () => {
  for (const dictionary of [en, fr]) {
    for (const [key, value] of Object.entries(dictionary)) assert.ok(value !== '', key);
  }
});

test('strings: numbers', () => {
  assert.equal(en.movedTo(1, 'Trash'), 'Moved to Trash');
  assert.equal(en.movedTo(3, 'Trash'), '3 messages moved to Trash');
  assert.equal(fr.selectedCount(2), '2 sélectionnés');
});
