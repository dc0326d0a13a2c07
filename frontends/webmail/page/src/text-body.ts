// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Plain text as it is shown: blocks of own words and of quotes, with the links found in them.

export interface TextBlock {
  depth: number;
  lines: string[];
}

export type Piece = { text: string; href?: string };

const QUOTE = /^((?:> ?)+)(.*)$/;
const LINK = /\b(?:https?:\/\/|www\.)[^\s<>"'`]+|\bmailto:[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/gi;

/** Cuts text where the depth of quoting changes; the signature stays with its block. */
export function textBlocks(text: string): TextBlock[] {
  const blocks: TextBlock[] = [];
  for (const line of text.replace(/\r\n?/g, '\n').replace(/\n+$/, '').split('\n')) {
    const match = QUOTE.exec(line);
    const depth = match ? match[1]!.replace(/ /g, '').length : 0;
    const own = match ? match[2]! : line;
    const last = blocks[blocks.length - 1];
    if (last && last.depth === depth) last.lines.push(own);
    else blocks.push({ depth, lines: [own] });
  }
  return blocks;
}

/** Full stops and brackets that end a sentence are not part of its link. */
function trimLink(link: string): string {
  let end = link.length;
  for (;;) {
    const last = link[end - 1]!;
    const open = { ')': '(', ']': '[' }[last];
    const part = link.slice(0, end);
    const unbalanced = open !== undefined && part.split(last).length > part.split(open).length;
    if (end > 1 && (/[.,;:!?*_~'"]/.test(last) || unbalanced)) end--;
    else return part;
  }
}

export function linkPieces(line: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of line.matchAll(LINK)) {
    const link = trimLink(match[0]);
    if (match.index > at) pieces.push({ text: line.slice(at, match.index) });
    pieces.push({ text: link, href: hrefOf(link) });
    at = match.index + link.length;
  }
  if (at < line.length) pieces.push({ text: line.slice(at) });
  return pieces;
}

function hrefOf(link: string): string {
  if (/^(https?:|mailto:)/i.test(link)) return link;
  return link.includes('@') && !/^www\./i.test(link) ? `mailto:${link}` : `https://${link}`;
}
