// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Addresses that end: made, listed, written to, ended. The pictures are for people to look at.
import assert from 'node:assert/strict';

import { assertClean, openPage, PHONE, rowOf, screenshot, signIn, step, WIDE, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, PAUL_PASSWORD } = process.env;

async function openAliases(page, menu = 'Menu', item = 'Temporary addresses') {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('button', { name: item, exact: true }).click();
  await page.locator('.dialog-aliases').waitFor();
}

async function noOverflow(page) {
  const wide = await page.evaluate(() => {
    const box = document.querySelector('.dialog-aliases');
    return Math.max(document.documentElement.scrollWidth - innerWidth, box.scrollWidth - box.clientWidth);
  });
  assert.ok(wide <= 0, `${wide} pixels too wide`);
}

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  let address;

  await step('made, with a note and an end', async () => {
    await signIn(page, 'anna', ANNA_PASSWORD);
    await rowOf(page, 'Apple tart').waitFor();
    await openAliases(page);
    await page.fill('[name=alias-note]', 'the shop <b>& more</b>');
    await page.selectOption('[name=alias-days]', '7');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const row = page.locator('.dialog-aliases .setting-row', { hasText: 'the shop <b>& more</b> · Until' });
    await row.waitFor();
    address = await row.locator('.secret').textContent();
    assert.match(address, /^[a-z]{6}-[0-9]{4}@/);
    await page.selectOption('[name=alias-days]', '0');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.locator('.dialog-aliases .setting-row', { hasText: 'Until you end it' }).waitFor();
    await noOverflow(page);
    await screenshot(page, 'aliases');
  });

  await step('copied', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: `Copy: ${address}` }).click();
    await page.getByRole('button', { name: `Copied: ${address}` }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), address);
  });

  await step('ended with one click', async () => {
    await page.getByRole('button', { name: `End: ${address}` }).click();
    await page.locator('.dialog-aliases .setting-row', { hasText: address }).getByText('Ended').waitFor();
    assert.equal(await page.getByRole('button', { name: `End: ${address}` }).count(), 0);
    assert.equal(await page.locator('.dialog-aliases .setting-row').count(), 2);
    await page.keyboard.press('Escape');
    await page.locator('.dialog-aliases').waitFor({ state: 'detached' });
  });

  await step('in French, in the dark, on a telephone', async () => {
    for (const [name, options] of [
      ['aliases-phone-dark-fr', { viewport: PHONE, hasTouch: true, locale: 'fr-FR', colorScheme: 'dark' }],
      ['aliases-wide-dark', { viewport: WIDE, locale: 'en-GB', colorScheme: 'dark' }],
    ]) {
      const other = await openPage(browser, options);
      const french = options.locale === 'fr-FR';
      await signIn(other, 'anna', ANNA_PASSWORD);
      await rowOf(other, 'Apple tart').waitFor();
      if (french) await other.locator('.list .header-bar .narrow-only').first().click();
      await openAliases(other, 'Menu', french ? 'Adresses temporaires' : 'Temporary addresses');
      await other.locator('.dialog-aliases .setting-row').first().waitFor();
      await other.getByText(french ? 'Terminée' : 'Ended').waitFor();
      await noOverflow(other);
      await screenshot(other, name);
      assertClean(other);
      await other.context().close();
    }
  });

  await step('nobody sees those of others', async () => {
    const other = await openPage(browser);
    await signIn(other, 'paul', PAUL_PASSWORD);
    await openAliases(other);
    await other.getByRole('button', { name: 'Create', exact: true }).waitFor();
    assert.equal(await other.locator('.dialog-aliases .setting-row').count(), 0);
    assert.equal(await other.getByText(address).count(), 0);
    await other.context().close();
  });

  assertClean(page);
});
