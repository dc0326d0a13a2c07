// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { computeWindow, listHeight, MAX_HEIGHT, scrollToShow } from '../src/list-window';

const ROW = 76;
const VIEW = 700;

test('list window: an empty and a short list', () => {
  assert.deepEqual(computeWindow(0, VIEW, 0, ROW, 6), { first: 0, end: 0, top: 0, height: 0 });
  const place = computeWindow(0, VIEW, 3, ROW, 6);
  assert.deepEqual([place.first, place.end, place.height], [0, 3, 3 * ROW]);
});

test('list window: 100,000 rows keep their true height', () => {
  assert.equal(listHeight(100_000, ROW), 7_600_000);
  const place = computeWindow(50_000 * ROW + 10, VIEW, 100_000, ROW, 6);
  assert.equal(place.first, 50_000 - 6);
  assert.equal(place.end, 50_000 + 10 + 6);
  assert.equal(place.top, (50_000 - 6) * ROW);
});

test('list window: the end of every list is reached, however long', () => {
  for (const total of [1, 9, 10, 1000, 100_000, 5_000_000]) {
    const height = listHeight(total, ROW);
    const place = computeWindow(height, VIEW, total, ROW, 6);
    assert.equal(place.end, total);
    const bottom = place.top + (place.end - place.first) * ROW;
    assert.ok(Math.abs(bottom - Math.max(height, total * ROW > MAX_HEIGHT ? height : total * ROW)) < 1, String(total));
  }
});

test('list window: what is drawn always covers the view and stays small', () => {
  for (const total of [50, 100_000, 5_000_000]) {
    const height = listHeight(total, ROW);
    for (let part = 0; part <= 1; part += 0.01) {
      const at = part * Math.max(0, height - VIEW);
      const place = computeWindow(at, VIEW, total, ROW, 6);
      assert.ok(place.end - place.first < 30);
      assert.ok(place.top <= at + 1);
      assert.ok(place.top + (place.end - place.first) * ROW >= Math.min(at + VIEW, height) - 1);
    }
  }
});

test('list window: a scroll outside of the list is taken as its end', () => {
  assert.equal(computeWindow(-500, VIEW, 100, ROW, 0).first, 0);
  assert.equal(computeWindow(1e9, VIEW, 100, ROW, 0).end, 100);
});

test('list window: scrolling to a row moves only when it is hidden', () => {
  for (const total of [1000, 5_000_000]) {
    assert.equal(scrollToShow(0, 0, VIEW, total, ROW), 0);
    assert.equal(scrollToShow(3, 0, VIEW, total, ROW), 0);
    for (const row of [20, total >> 1, total - 1]) {
      const at = scrollToShow(row, 0, VIEW, total, ROW);
      const place = computeWindow(at, VIEW, total, ROW, 0);
      assert.ok(place.first <= row && row < place.end, `${row} of ${total}`);
      assert.equal(scrollToShow(row, at, VIEW, total, ROW), at);
    }
  }
});
