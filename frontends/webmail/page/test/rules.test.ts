// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { dayToTime, moveDay, splitAddresses, tidyRule, timeToDay, toggleKeyword, withField } from '../src/rules';

test('rules: what says nothing is left out', () => {
  assert.deepEqual(tidyRule({ name: ' a ', enabled: true, conditions: [], mailbox: '', keywords: [], forward: [], keep: true, stop: false }), {
    name: 'a', match: 'all', conditions: [],
  });
  assert.deepEqual(
    tidyRule({ name: 'a', enabled: false, match: 'any', conditions: [{ field: 'from', test: 'exists', value: 'x', not: true }], mailbox: 'trash', keywords: ['$seen'], forward: ['b@c.example'], keep: false, stop: true }),
    { name: 'a', enabled: false, match: 'any', conditions: [{ field: 'from', not: true, test: 'exists' }], mailbox: 'trash', keywords: ['$seen'], forward: ['b@c.example'], keep: false, stop: true },
  );
});

test('rules: a size has other tests than a text', () => {
  assert.deepEqual(withField({ field: 'from', test: 'is', value: 'x' }, 'to'), { field: 'to', test: 'is', value: 'x' });
  assert.deepEqual(withField({ field: 'from', test: 'is', value: 'x' }, 'size'), { field: 'size', test: 'over', value: 1000000 });
  assert.deepEqual(withField({ field: 'size', test: 'over', value: 5 }, 'subject'), { field: 'subject', test: 'contains', value: '' });
});

test('rules: words and addresses', () => {
  assert.deepEqual(toggleKeyword(['a', '$seen'], '$seen', false), ['a']);
  assert.deepEqual(toggleKeyword(undefined, '$seen', true), ['$seen']);
  assert.deepEqual(toggleKeyword(['$seen'], '$seen', true), ['$seen']);
  assert.deepEqual(splitAddresses(' a@b.example,c@d.example ;\ne@f.example'), ['a@b.example', 'c@d.example', 'e@f.example']);
  assert.deepEqual(splitAddresses('  '), []);
});

test('rules: days there and back', () => {
  assert.equal(dayToTime(''), undefined);
  assert.equal(dayToTime('nonsense'), undefined);
  assert.equal(timeToDay(undefined), '');
  assert.equal(timeToDay(dayToTime('2030-03-31')), '2030-03-31');
  assert.ok(/^2030-03-3[01]T\d\d:\d\d:00Z$/.test(dayToTime('2030-03-31') ?? ''));
  assert.equal(moveDay('2030-02-28', 1), '2030-03-01');
  assert.equal(moveDay('2030-01-01', -1), '2029-12-31');
  assert.equal(moveDay('', 1), '');
});
