// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linkPieces, textBlocks } from '../src/text-body';

const links = (text: string) => linkPieces(text).filter((piece) => piece.href).map((piece) => piece.href);

test('text: blocks by depth of quoting', () => {
  const blocks = textBlocks('Yes.\n> one\n> two\n> > deep\n>> deeper\nNo.\n');
  assert.deepEqual(blocks, [
    { depth: 0, lines: ['Yes.'] },
    { depth: 1, lines: ['one', 'two'] },
    { depth: 2, lines: ['deep', 'deeper'] },
    { depth: 0, lines: ['No.'] },
  ]);
});

test('text: links end before what ends the sentence', () => {
  const cases: [string, string[]][] = [
    ['See https://a.example/x?y=1#z.', ['https://a.example/x?y=1#z']],
    ['(https://a.example/b_(c))', ['https://a.example/b_(c)']],
    ['<https://a.example/>', ['https://a.example/']],
    ['www.a.example, really', ['https://www.a.example']],
    ['mail me@a.example!', ['mailto:me@a.example']],
    ['mailto:me@a.example?subject=x', ['mailto:me@a.example?subject=x']],
    ['javascript:alert(1) data:text/html,x', []],
    ['no links here: a.b, 12:30', []],
  ];
  for (const [text, expected] of cases) assert.deepEqual(links(text), expected, text);
});

test('text: pieces are the line again', () => {
  for (const line of ['', 'a https://x.example b www.y.example', 'x@y.example']) {
    assert.equal(linkPieces(line).map((piece) => piece.text).join(''), line);
  }
});
