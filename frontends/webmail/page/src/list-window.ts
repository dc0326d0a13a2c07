// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Which rows of a long list are on the screen, and where. Browsers end an element's height
// somewhere above 16 million pixels: a longer list is scaled, so that its scrollbar still
// reaches the last row.

export const MAX_HEIGHT = 15_000_000;

export interface ListWindow {
  /** the first row to draw, and the one after the last */
  first: number;
  end: number;
  /** where the first drawn row stands, in pixels from the top of the scrolled element */
  top: number;
  /** the height of the scrolled element */
  height: number;
}

export function listHeight(total: number, rowHeight: number): number {
  return Math.min(total * rowHeight, MAX_HEIGHT);
}

export function computeWindow(
  scrollTop: number,
  viewHeight: number,
  total: number,
  rowHeight: number,
  overscan: number,
): ListWindow {
  const height = listHeight(total, rowHeight);
  const farthest = Math.max(0, height - viewHeight);
  const at = Math.min(Math.max(0, scrollTop), farthest);
  // With all rows at their true height, virtual and real position are the same.
  const virtual = farthest > 0 ? (at / farthest) * (total * rowHeight - viewHeight) : 0;
  const first = Math.max(0, Math.floor(virtual / rowHeight) - overscan);
  const end = Math.min(total, Math.ceil((virtual + viewHeight) / rowHeight) + overscan);
  return { first, end: Math.max(first, end), top: at - (virtual - first * rowHeight), height };
}

/** The scroll position that shows all of a row, moving as little as can be. */
export function scrollToShow(
  row: number,
  scrollTop: number,
  viewHeight: number,
  total: number,
  rowHeight: number,
): number {
  const height = listHeight(total, rowHeight);
  const farthest = Math.max(0, height - viewHeight);
  const range = total * rowHeight - viewHeight;
  if (farthest === 0 || range <= 0) return 0;
  const virtual = (Math.min(scrollTop, farthest) / farthest) * range;
  let wanted = virtual;
  if (row * rowHeight < virtual) wanted = row * rowHeight;
  else if ((row + 1) * rowHeight > virtual + viewHeight) wanted = (row + 1) * rowHeight - viewHeight;
  return wanted === virtual ? scrollTop : (wanted / range) * farthest;
}

/** The pages of `size` rows that a window touches. */
export function pagesOf(first: number, end: number, size: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(first / size); page * size < end; page++) pages.push(page);
  return pages;
}
