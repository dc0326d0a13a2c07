// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { insertBlock, removeBlock } from '../src/link-text';

const BLOCK = 'film.mp4 (1.2 GB), until 3 May:\nhttps://mail.home.example/file/x';

test('link text: at the end of a new message', () => {
  assert.equal(insertBlock('', '', BLOCK), `${BLOCK}\n`);
  assert.equal(insertBlock('Hello,\n\n', '', BLOCK), `Hello,\n\n${BLOCK}\n`);
});

test('link text: before a quotation', () => {
  const start = '\n\nOn Monday Paul wrote:\n> Hello\n';
  assert.equal(insertBlock(`Here it is.${start}`, start, BLOCK), `Here it is.\n\n${BLOCK}\n${start}`);
  assert.equal(insertBlock(start, start, BLOCK), `${BLOCK}\n${start}`);
});

test('link text: a quotation that was changed is text like any other', () => {
  assert.equal(insertBlock('Hi\n> Hell', '> Hello', BLOCK), `Hi\n> Hell\n\n${BLOCK}\n`);
});

test('link text: taken out again', () => {
  const start = '\n\nOn Monday Paul wrote:\n> Hello\n';
  for (const [text, begin] of [['', ''], ['Hello', ''], [`Here it is.${start}`, start]] as const) {
    const with_ = insertBlock(text, begin, BLOCK);
    assert.ok(with_.includes(BLOCK));
    assert.equal(removeBlock(with_, BLOCK), text);
  }
  assert.equal(removeBlock('something else', BLOCK), 'something else');
});

test('link text: two links', () => {
  const other = 'other.zip (5 MB):\nhttps://mail.home.example/file/y';
  const both = insertBlock(insertBlock('Hello', '', BLOCK), '', other);
  assert.equal(both, `Hello\n\n${BLOCK}\n\n${other}\n`);
  assert.equal(removeBlock(both, BLOCK), `Hello\n\n${other}\n`);
});
