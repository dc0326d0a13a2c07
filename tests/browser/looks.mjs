// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page in both languages, light and dark, wide and on a phone, by keyboard alone; and what
// its first load costs. The pictures are for people to look at.
import assert from 'node:assert/strict';

import { assertClean, openPage, PHONE, rowOf, screenshot, signIn, step, url, WIDE, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD } = process.env;
const MAX_BYTES = 120_000;
const MAX_REQUESTS = 6;

const WORDS = {
  en: { locale: 'en-GB', inbox: 'Inbox', reply: 'Reply' },
  fr: { locale: 'fr-FR', inbox: 'Réception', reply: 'Répondre' },
};

async function noOverflow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels wider than its window`);
}

await withBrowser(async (browser) => {
  await step('the first load is small', async () => {
    const page = await openPage(browser);
    let bytes = 0;
    let requests = 0;
    page.on('requestfinished', async (request) => {
      requests++;
      const { responseBodySize, responseHeadersSize } = await request.sizes();
      bytes += responseBodySize + responseHeadersSize;
    });
    await page.goto(`${url}/`, { waitUntil: 'networkidle' });
    console.log(`# first load: ${bytes} bytes in ${requests} requests`);
    assert.ok(bytes > 0 && bytes <= MAX_BYTES, String(bytes));
    assert.ok(requests <= MAX_REQUESTS, String(requests));
    assertClean(page);
    await page.context().close();
  });

  for (const [language, words] of Object.entries(WORDS)) {
    for (const colorScheme of ['light', 'dark']) {
      for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]]) {
        await step(`${language}, ${colorScheme}, ${size}`, async () => {
          const name = (what) => `${what}-${size}-${colorScheme}-${language}`;
          const page = await openPage(browser, { locale: words.locale, colorScheme, viewport, hasTouch: size === 'phone' });
          await signIn(page, 'anna', ANNA_PASSWORD);
          await rowOf(page, 'Apple tart').waitFor();
          assert.equal(await page.getAttribute('html', 'lang'), language);
          assert.ok((await page.title()).includes(words.inbox));
          await noOverflow(page);
          await screenshot(page, name('list'));
          await rowOf(page, 'Apple tart').click();
          await page.locator('.message-text').waitFor();
          await noOverflow(page);
          await screenshot(page, name('message'));
          await page.locator('.answer-buttons').getByRole('button', { name: words.reply, exact: true }).click();
          await page.locator('.compose-text').waitFor();
          await noOverflow(page);
          await screenshot(page, name('reply'));
          await page.keyboard.press('Escape');
          await page.locator('.compose').waitFor({ state: 'detached' });
          if (size === 'phone') {
            await page.goBack();
            await rowOf(page, 'Invoice').waitFor();
            await page.locator('.list .header-bar .narrow-only').first().click();
            await page.locator('.mailbox-rows').waitFor();
            await screenshot(page, name('mailboxes'));
          }
          assertClean(page);
          await page.context().close();
        });
      }
    }
  }

  await step('by keyboard alone', async () => {
    const page = await openPage(browser);
    await page.goto(`${url}/`);
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'login');
    await page.keyboard.type('anna');
    await page.keyboard.press('Tab');
    await page.keyboard.type(ANNA_PASSWORD);
    await page.keyboard.press('Enter');
    await rowOf(page, 'Apple tart').waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.message');
    const first = await page.textContent('.message-subject');
    await page.keyboard.press('j');
    await page.waitForFunction((subject) => document.querySelector('.message-subject')?.textContent !== subject, first);
    await page.keyboard.press('k');
    await page.waitForFunction((subject) => document.querySelector('.message-subject')?.textContent === subject, first);
    await page.keyboard.press('s');
    await page.locator('.row.open .row-star.on').waitFor();
    await page.keyboard.press('s');
    await page.locator('.row.open .row-star.on').waitFor({ state: 'detached' });
    await page.keyboard.press('a');
    await page.locator('.compose').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.compose').waitFor({ state: 'detached' });
    await page.keyboard.press('f');
    await page.locator('.compose').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.compose').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await screenshot(page, 'shortcuts');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await page.locator('.message').waitFor({ state: 'detached' });
    await page.keyboard.press('x');
    await page.locator('.selection-bar').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.selection-bar').waitFor({ state: 'detached' });
    assertClean(page);
  });
});
