// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A message that is called back, one that goes by itself, and one for later. The pictures are for
// people to look at.
import assert from 'node:assert/strict';

import { assertClean, openMailbox, openPage, PHONE, rowOf, screenshot, signIn, step, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, PAUL_PASSWORD } = process.env;

async function write(page, subject) {
  await page.keyboard.press('c');
  await page.locator('.compose').waitFor();
  await page.locator('.compose input').first().fill('paul@home.example,');
  await page.getByLabel('Subject', { exact: true }).fill(subject);
  await page.getByLabel('Text', { exact: false }).last().fill('words');
}

const send = (page) => page.locator('.compose').getByRole('button', { name: 'Send', exact: true }).click();
const openMenu = (page, name = 'Choose when it goes') => page.locator('.compose').getByRole('button', { name, exact: true }).click();

await withBrowser(async (browser) => {
  const anna = await openPage(browser, {}, null);
  const paul = await openPage(browser);

  await step('sign in', async () => {
    await signIn(anna, 'anna', ANNA_PASSWORD);
    await rowOf(anna, 'Photos of the lake').waitFor();
    await signIn(paul, 'paul', PAUL_PASSWORD);
    await rowOf(paul, 'Welcome').waitFor();
  });

  await step('sent, and called back: the draft opens again', async () => {
    await write(anna, 'called back');
    await send(anna);
    await anna.getByText('Message sent').waitFor();
    await screenshot(anna, 'sending-undo');
    await anna.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await anna.locator('.compose').waitFor();
    assert.equal(await anna.getByLabel('Subject', { exact: true }).inputValue(), 'called back');
  });

  await step('sent for good: it goes by itself, and its copy is in Sent', async () => {
    await openMenu(anna);
    await anna.locator('.send-menu select').selectOption('5');
    await screenshot(anna, 'sending-menu');
    await anna.keyboard.press('Escape');
    await anna.getByLabel('Subject', { exact: true }).fill('for good');
    await send(anna);
    await anna.getByText('Message sent').waitFor();
    await rowOf(paul, 'for good').waitFor();
    assert.equal(await rowOf(paul, 'called back').count(), 0);
    await openMailbox(anna, 'Sent');
    await rowOf(anna, 'for good').waitFor();
  });

  await step('for later: it waits among the drafts, and need not go', async () => {
    await write(anna, 'in an hour');
    await openMenu(anna);
    await anna.locator('.send-menu').getByRole('button', { name: /^In an hour/ }).click();
    await anna.getByText('It will be sent: ').waitFor();
    await openMailbox(anna, 'Drafts');
    await rowOf(anna, 'in an hour').click();
    const bar = anna.locator('.waiting-bar');
    await bar.waitFor();
    await screenshot(anna, 'sending-waits');
    await bar.getByRole('button', { name: 'Do not send' }).click();
    await bar.waitFor({ state: 'detached' });
  });

  await step('at a time of one\'s own; to write on stops it', async () => {
    await write(anna, 'at its time');
    await openMenu(anna);
    await anna.locator('.send-own-time input').fill('2026-01-01T08:00');
    assert.ok(await anna.getByRole('button', { name: 'Send then' }).isDisabled(), 'a time that is over');
    const date = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16);
    await anna.locator('.send-own-time input').fill(date);
    await anna.getByRole('button', { name: 'Send then' }).click();
    await anna.getByText('It will be sent: ').last().waitFor();
    await rowOf(anna, 'at its time').click();
    await anna.locator('.waiting-bar').waitFor();
    await anna.locator('.info-bar').getByRole('button', { name: 'Edit' }).click();
    await anna.getByText('It is no longer sent by itself').waitFor();
    await anna.locator('.compose').waitFor();
    assertClean(anna);
  });

  await step('what comes back says to whom, why, and what to do', async () => {
    await paul.keyboard.press('c');
    await paul.locator('.compose input').first().fill('nobody@home.example,');
    await paul.getByLabel('Subject', { exact: true }).fill('to nobody');
    await send(paul);
    await rowOf(paul, 'Undelivered Mail Returned to Sender').click();
    const report = paul.locator('.delivery-report');
    await report.getByText('nobody@home.example', { exact: true }).waitFor();
    await report.getByText('Nobody there has this address.').waitFor();
    await report.getByText('550 5.1.1').waitFor();
    await screenshot(paul, 'sending-report');
    assertClean(paul);
  });

  await step('the message itself says so, too', async () => {
    await openMailbox(paul, 'Sent');
    await rowOf(paul, 'to nobody').click();
    const report = paul.locator('.delivery-report');
    await report.getByText('nobody@home.example', { exact: true }).waitFor();
    await report.getByText('Nobody there has this address.').waitFor();
    await screenshot(paul, 'sending-not-delivered');
    await openMailbox(anna, 'Sent');
    await rowOf(anna, 'for good').click();
    await anna.getByText('for good', { exact: true }).first().waitFor();
    assert.equal(await anna.locator('.delivery-report').count(), 0, 'what arrived');
    assertClean(paul);
  });

  await step('on a dark phone, in French', async () => {
    const phone = await openPage(browser, { viewport: PHONE, colorScheme: 'dark', locale: 'fr-FR' }, null);
    await signIn(phone, 'paul', PAUL_PASSWORD);
    await rowOf(phone, 'Undelivered Mail Returned to Sender').click();
    await phone.locator('.delivery-report').getByText('Personne n').waitFor();
    await screenshot(phone, 'sending-report-phone-dark');
    await phone.goBack();
    await rowOf(phone, 'for good').waitFor();
    await phone.keyboard.press('c');
    await openMenu(phone, 'Choisir quand il part');
    await phone.locator('.send-menu .menu').waitFor();
    const wide = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${wide} pixels too wide`);
    const box = await phone.locator('.send-menu .menu').boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width && box.y >= 0, JSON.stringify(box));
    await screenshot(phone, 'sending-phone-dark');
    assertClean(phone);
  });
});
