// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Rules and the vacation: made, changed, put in order, removed. The pictures are for people to look at.
import assert from 'node:assert/strict';

import { assertClean, openMailbox, openPage, PHONE, rowOf, screenshot, signIn, step, WIDE, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, PAUL_PASSWORD } = process.env;

async function openRules(page, item = 'Rules and vacation') {
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('button', { name: item, exact: true }).click();
  await page.locator('.dialog-rules [name=vacation-text]').waitFor();
}

async function noOverflow(page) {
  const wide = await page.evaluate(() => {
    const box = document.querySelector('.dialog-rules');
    return Math.max(document.documentElement.scrollWidth - innerWidth, box.scrollWidth - box.clientWidth);
  });
  assert.ok(wide <= 0, `${wide} pixels too wide`);
}

const rows = (page) => page.locator('.dialog-rules .setting-row');
const rowNamed = (page, name) => page.locator('.dialog-rules .setting-row', { hasText: name });
const button = (page, name) => page.locator('.dialog-rules').getByRole('button', { name, exact: true });

async function send(page, to, subject, text) {
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await page.getByRole('combobox').first().fill(to);
  await page.locator('.compose-line input').fill(subject);
  await page.locator('.compose-text').fill(text);
  await page.locator('.compose').getByRole('button', { name: 'Send', exact: true }).click();
  await page.locator('.toast', { hasText: 'Message sent' }).waitFor();
}

await withBrowser(async (browser) => {
  const page = await openPage(browser);

  await step('a rule is made', async () => {
    await signIn(page, 'anna', ANNA_PASSWORD);
    await rowOf(page, 'Apple tart').waitFor();
    await openRules(page);
    await button(page, 'New rule').click();
    await page.fill('[name=rule-name]', 'Garden <b>');
    await page.getByLabel('What is looked at').selectOption('subject');
    await page.getByLabel('What is looked for').fill('tomato');
    await button(page, 'Add a condition').click();
    await page.getByLabel('What is looked at').nth(1).selectOption('size');
    await page.getByLabel('How it is compared').nth(1).selectOption('under');
    await page.getByLabel('What is looked for').nth(1).fill('2.5');
    await page.selectOption('[name=rule-mailbox]', 'archive');
    await page.getByLabel('Mark as read').check();
    await noOverflow(page);
    await screenshot(page, 'rule-form');
    await button(page, 'Save').first().click();
    await rowNamed(page, 'Garden <b>').getByText('Subject contains “tomato” and Size is under 2.5 MB → to Archive, read').waitFor();
  });

  await step('another one, which goes up, rests, and is changed', async () => {
    await button(page, 'New rule').click();
    await page.fill('[name=rule-name]', 'From the shop');
    await page.getByLabel('What is looked at').selectOption('header:');
    await page.getByLabel('Name of the field').fill('X-Shop');
    await page.getByLabel('How it is compared').selectOption('exists');
    await page.fill('[name=rule-forward]', 'paul@home.example');
    await page.getByLabel('Keep a copy here').uncheck();
    await button(page, 'Save').first().click();
    await rows(page).nth(1).getByText('X-Shop is there → sent on to paul@home.example').waitFor();
    await button(page, 'Move up: From the shop').click();
    await rows(page).nth(0).getByText('From the shop').waitFor();
    await page.getByLabel('Turn on: From the shop').uncheck();
    await page.locator('.dialog-rules .setting-row.dim', { hasText: 'From the shop' }).waitFor();
    await button(page, 'Edit: Garden <b>').click();
    assert.equal(await page.inputValue('[name=rule-mailbox]'), 'archive');
    await page.fill('[name=rule-name]', 'Garden');
    await button(page, 'Save').first().click();
    await rowNamed(page, 'Garden').getByText('to Archive, read').waitFor();
    await screenshot(page, 'rules');
  });

  await step('what the server refuses is said', async () => {
    await button(page, 'New rule').click();
    await page.fill('[name=rule-name]', 'Garden');
    await page.getByLabel('What is looked for').fill('x');
    await button(page, 'Save').first().click();
    await page.locator('.dialog-rules [role=alert]', { hasText: 'already' }).waitFor();
    await screenshot(page, 'rules-refused');
    await button(page, 'Cancel').click();
    assert.equal(await rows(page).count(), 2);
  });

  await step('the vacation is switched on', async () => {
    await page.fill('[name=vacation-text]', 'By the sea.\nBack on Monday.');
    await page.fill('[name=vacation-last]', '2090-08-14');
    await button(page, 'Turn on').click();
    await page.locator('.vacation-state', { hasText: /^On$/ }).waitFor();
    assert.equal(await page.inputValue('[name=vacation-last]'), '2090-08-14');
    await noOverflow(page);
    await screenshot(page, 'vacation');
    await page.keyboard.press('Escape');
    await page.locator('.dialog-rules').waitFor({ state: 'detached' });
  });

  await step('mail is filed, and answered', async () => {
    const paul = await openPage(browser);
    await signIn(paul, 'paul', PAUL_PASSWORD);
    await send(paul, 'anna@home.example', 'Tomatoes', 'Red ones.');
    await rowOf(paul, 'Auto: Tomatoes').waitFor();
    await openMailbox(page, 'Archive');
    await rowOf(page, 'Tomatoes').waitFor();
    assertClean(paul);
    await paul.context().close();
  });

  await step('why it is there', async () => {
    await rowOf(page, 'Tomatoes').click();
    await page.locator('.message-text').waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).last().click();
    await page.getByRole('button', { name: 'Why is it here?', exact: true }).click();
    await page.locator('.dialog-why .setting-row:not(.dim)', { hasText: 'Garden' }).getByText('Subject contains “tomato”').waitFor();
    await page.getByText('It would go to Archive.').waitFor();
    assert.equal(await page.locator('.dialog-why .setting-row').count(), 1);
    await screenshot(page, 'why');
    await page.keyboard.press('Escape');
    await page.locator('.dialog-why').waitFor({ state: 'detached' });
  });

  await step('another window does not undo it', async () => {
    const other = await openPage(browser);
    await signIn(other, 'anna', ANNA_PASSWORD);
    await rowOf(other, 'Apple tart').waitFor();
    await openRules(other);
    await openRules(page);
    await button(other, 'Turn off').click();
    await other.locator('.vacation-state', { hasText: /^Off$/ }).waitFor();
    await page.getByLabel('Turn on: From the shop').check();
    await page.locator('.dialog-rules [role=alert]', { hasText: 'changed elsewhere' }).waitFor();
    await page.locator('.vacation-state', { hasText: /^Off$/ }).waitFor();
    await other.context().close();
  });

  await step('a rule is removed', async () => {
    await button(page, 'Delete: From the shop').click();
    await page.getByText('Delete the rule “From the shop”?').waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await rowNamed(page, 'From the shop').waitFor({ state: 'detached' });
    assert.equal(await rows(page).count(), 1);
  });

  await step('in French, in the dark, on a telephone', async () => {
    for (const [name, options] of [
      ['rules-phone-dark-fr', { viewport: PHONE, hasTouch: true, locale: 'fr-FR', colorScheme: 'dark' }],
      ['rules-phone-light-en', { viewport: PHONE, hasTouch: true, locale: 'en-GB' }],
      ['rules-wide-dark-en', { viewport: WIDE, locale: 'en-GB', colorScheme: 'dark' }],
      ['rules-wide-light-fr', { viewport: WIDE, locale: 'fr-FR' }],
    ]) {
      const other = await openPage(browser, options);
      const french = options.locale === 'fr-FR';
      await signIn(other, 'anna', ANNA_PASSWORD);
      await rowOf(other, 'Apple tart').waitFor();
      if (options.viewport === PHONE) await other.locator('.list .header-bar .narrow-only').first().click();
      await openRules(other, french ? 'Règles et absence' : 'Rules and vacation');
      await noOverflow(other);
      await screenshot(other, name);
      await button(other, french ? 'Modifier: Garden' : 'Edit: Garden').click();
      await other.locator('[name=rule-mailbox]').scrollIntoViewIfNeeded();
      await noOverflow(other);
      await screenshot(other, `${name}-form`);
      assertClean(other);
      await other.context().close();
    }
  });

  assertClean(page);
});
