// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A mailbox of 100,000 messages: the list scrolls through all of it, and the document stays small.
import assert from 'node:assert/strict';

import { assertClean, openPage, screenshot, signIn, step, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, MANY } = process.env;
const total = Number(MANY);
/** A frame is 16.7 ms; a machine with other work may drop some. */
const MAX_MEDIAN = 50;
const MAX_ELEMENTS = 1500;

/** Scrolls 120 steps, one each frame; gives the median time of a frame. Runs in the page. */
async function scrollBy(distance) {
  const box = document.querySelector('.rows-scroller');
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 120; i++) {
    box.scrollTop += distance;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    times.push(performance.now() - last);
    last = performance.now();
  }
  return times.sort((a, b) => a - b)[60];
}

async function rowsAreThere(page) {
  await page.waitForFunction(() => document.querySelector('.row') && !document.querySelector('.row.placeholder'));
}

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  page.setDefaultTimeout(120_000);
  await signIn(page, 'anna', ANNA_PASSWORD);
  await rowsAreThere(page);

  await step('the scrollbar knows the whole', async () => {
    const { height, row, setsize } = await page.evaluate(() => ({
      height: document.querySelector('.rows').getBoundingClientRect().height,
      row: document.querySelector('.row').getBoundingClientRect().height,
      setsize: Number(document.querySelector('.row').getAttribute('aria-setsize')),
    }));
    assert.equal(setsize, total);
    assert.equal(height, total * row);
  });

  for (const distance of [40, 400, 4000]) {
    await step(`scrolling by ${distance} pixels a frame`, async () => {
      const median = await page.evaluate(scrollBy, distance);
      console.log(`# median frame: ${median.toFixed(1)} ms`);
      assert.ok(median <= MAX_MEDIAN, String(median));
      await rowsAreThere(page);
      const elements = await page.evaluate(() => document.querySelectorAll('*').length);
      assert.ok(elements < MAX_ELEMENTS, `${elements} elements`);
    });
  }

  for (const [part, subject] of [[0.5, null], [1, 'Message number 0'], [0, `Message number ${total - 1}`]]) {
    await step(`jump to ${part * 100} %`, async () => {
      await page.evaluate((where) => {
        const box = document.querySelector('.rows-scroller');
        box.scrollTop = box.scrollHeight * where;
        return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      }, part);
      await rowsAreThere(page);
      // The newest is first: row n shows the n-th message from the end.
      const rows = await page.evaluate(() => [...document.querySelectorAll('.row')].map((row) => [
        Number(row.getAttribute('aria-posinset')), row.querySelector('.row-subject').textContent,
      ]));
      for (const [position, text] of rows) assert.equal(text, `Message number ${total - position}`);
      if (subject) assert.ok(rows.some(([, text]) => text === subject), subject);
    });
  }

  await step('open the very last', async () => {
    await page.evaluate(() => document.querySelector('.rows-scroller').scrollTo(0, 1e9));
    await page.waitForFunction(() => [...document.querySelectorAll('.row-subject')].some((one) => one.textContent === 'Message number 0'));
    await page.locator('.row', { hasText: /Message number 0$|Message number 0\D/ }).last().click();
    await page.locator('.message-text', { hasText: 'Text of message 0.' }).waitFor();
    await screenshot(page, 'many');
  });

  assertClean(page);
});
