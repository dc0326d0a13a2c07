// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The links of a message's text.

/** `block` in `text`: before what the message began with (a quotation, a signature), else at the end. */
export function insertBlock(text: string, start: string, block: string): string {
  const own = start !== '' && text.endsWith(start) ? text.slice(0, text.length - start.length) : text;
  const rest = text.slice(own.length);
  const before = own.replace(/\s+$/, '');
  return `${before}${before ? '\n\n' : ''}${block}\n${rest && !rest.startsWith('\n') ? '\n' : ''}${rest}`;
}

/** Without the block, if it stands there still as it was put there. */
export function removeBlock(text: string, block: string): string {
  const at = text.indexOf(block);
  if (at < 0) return text;
  const before = text.slice(0, at).replace(/\n+$/, '');
  const after = text.slice(at + block.length).replace(/^\n/, '');
  const gap = after.length - after.replace(/^\n+/, '').length;
  return before && gap < after.length && gap < 2 ? `${before}${'\n'.repeat(2 - gap)}${after}` : before + after;
}
