// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { EmailRow } from '../src/jmap-types';
import { addRows, hold, row } from '../src/message-cache';

const said = (keywords: Record<string, true>): EmailRow => ({ id: 'm1', keywords, mailboxIds: {}, from: null, to: null, cc: null }) as unknown as EmailRow;
const starred = () => '$flagged' in row('m1')!.keywords;

test('message cache: a change is kept over answers that are older', () => {
  addRows([said({})]);
  const release = hold(['m1'], '$flagged', true);
  addRows([said({ $seen: true })]);
  assert.ok(starred());
  assert.ok('$seen' in row('m1')!.keywords);
  const releaseAgain = hold(['m1'], '$flagged', false);
  addRows([said({ $flagged: true })]);
  assert.ok(!starred());
  release();
  addRows([said({ $flagged: true })]);
  assert.ok(!starred());
  releaseAgain();
  addRows([said({ $flagged: true })]);
  assert.ok(starred());
});
