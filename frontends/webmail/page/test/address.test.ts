// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { distinct, formatAddress, initials, isEmail, parseAddress, splitAddresses } from '../src/address';

test('address: split at commas outside of quotes and brackets', () => {
  const typed = '"Doe, John" <john@example.org>, a@b.example; c@d.example\nLast <"x,y"@e.example>';
  assert.deepEqual(splitAddresses(typed), ['"Doe, John" <john@example.org>', 'a@b.example', 'c@d.example', 'Last <"x,y"@e.example>']);
  assert.deepEqual(splitAddresses(' ,, ; '), []);
});

test('address: parse', () => {
  const cases: [string, object | null][] = [
    ['a@b.example', { name: null, email: 'a@b.example' }],
    ['<a@b.example>', { name: null, email: 'a@b.example' }],
    ['Hélène Müller <h@é.example>', { name: 'Hélène Müller', email: 'h@é.example' }],
    ['"Doe, \\"J\\"" <j@e.example>', { name: 'Doe, "J"', email: 'j@e.example' }],
    ['nobody', null],
    ['a@@b', null],
    ['a b@c', null],
    ['Name <>', null],
    ['', null],
  ];
  for (const [text, expected] of cases) assert.deepEqual(parseAddress(text), expected, text);
});

test('address: what is written is read back', () => {
  for (const name of ['Plain', 'Doe, John', 'A "quoted" one', 'back\\slash', 'x@y', 'Semi; colon']) {
    const address = { name, email: 'a@b.example' };
    assert.deepEqual(splitAddresses(formatAddress(address)).map(parseAddress), [address], name);
  }
});

test('address: distinct ignores case and leaves out one’s own', () => {
  const list = [{ name: 'A', email: 'A@x' }, { name: null, email: 'a@X' }, { name: 'B', email: 'b@x' }];
  assert.deepEqual(distinct(list, [{ name: null, email: 'B@x' }]), [{ name: 'A', email: 'A@x' }]);
});

test('address: initials', () => {
  assert.equal(initials({ name: 'Anna Maria Weber', email: 'x@y' }), 'AW');
  assert.equal(initials({ name: null, email: 'paul@y.example' }), 'P');
  assert.equal(initials({ name: '会議', email: 'x@y' }), '会');
  assert.equal(initials(null), '?');
  assert.ok(!isEmail('x'));
});
