// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Two people write to each other: what is done on one page is seen on the other.
import assert from 'node:assert/strict';
import fs from 'node:fs';

import { assertClean, mailbox, messageFrame, openMailbox, openPage, rowOf, screenshot, signIn, step, url, withBrowser } from './browser.mjs';

const SOON = 5000;
const { ANNA_PASSWORD, PAUL_PASSWORD } = process.env;

async function unread(page, name) {
  const count = mailbox(page, name).locator('.count');
  return (await count.count()) === 0 ? 0 : parseInt(await count.textContent(), 10);
}

await withBrowser(async (browser) => {
  const anna = await openPage(browser);
  const paul = await openPage(browser);

  await step('a wrong password gets a sentence, and no more', async () => {
    await anna.goto(`${url}/`);
    await anna.waitForSelector('form');
    await screenshot(anna, 'sign-in');
    await anna.fill('[name=login]', 'anna');
    await anna.fill('[name=password]', 'wrong');
    await anna.click('button[type=submit]');
    await anna.getByText('The name or the password is not right.').waitFor();
  });

  await step('sign in, and see the inbox', async () => {
    await signIn(anna, 'anna', ANNA_PASSWORD);
    await rowOf(anna, 'Photos of the lake').waitFor();
    await signIn(paul, 'paul', PAUL_PASSWORD);
    await rowOf(paul, 'Welcome').waitFor();
    assert.match(await anna.title(), /^\(\d+\) Inbox/);
  });

  await step('open the mail: its text, and the picture in it', async () => {
    const before = await unread(anna, 'Inbox');
    await rowOf(anna, 'Photos of the lake').click();
    const frame = await messageFrame(anna);
    await frame.getByText('the boat is back in the water').waitFor();
    await frame.waitForFunction(() => document.querySelector('img')?.naturalWidth === 240, null, { polling: 50 });
    await anna.waitForFunction(() => document.querySelectorAll('.row.open:not(.unread)').length === 1);
    await anna.waitForFunction((count) => parseInt(document.querySelector('.count.strong')?.textContent ?? '0', 10) === count, before - 1);
    await screenshot(anna, 'picture');
  });

  await step('attachments: name, size, and the same bytes', async () => {
    await anna.locator('.attachment', { hasText: 'list of plants.txt' }).waitFor();
    const [download] = await Promise.all([
      anna.waitForEvent('download'),
      anna.locator('.attachment', { hasText: 'list of plants.txt' }).click(),
    ]);
    assert.equal(fs.readFileSync(await download.path(), 'utf8'), 'thyme\nsage\n');
  });

  await step('answer with an attachment', async () => {
    await anna.keyboard.press('r');
    await anna.waitForSelector('.compose');
    assert.match(await anna.inputValue('.compose-text'), /> .*the boat is back in the water/);
    await anna.waitForFunction(() => document.activeElement?.className === 'compose-text');
    await anna.keyboard.type('Lovely! We come on Sunday.');
    await anna.setInputFiles('.file-picker', [
      { name: 'journée.txt', mimeType: 'text/plain', buffer: Buffer.from('sunday\n') },
      { name: 'big.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000_000, 7) },
    ]);
    await anna.waitForFunction(() => document.querySelectorAll('.upload').length === 2 && !document.querySelector('progress'));
    await screenshot(anna, 'compose');
    await anna.locator('.compose').getByRole('button', { name: 'Send' }).click();
    await anna.getByText('Message sent').waitFor();
    assert.equal(await anna.locator('.compose').count(), 0);
  });

  await step('it appears on the other page, without a reload', async () => {
    const start = Date.now();
    await rowOf(paul, 'Re: Photos of the lake').waitFor({ timeout: SOON });
    console.log(`# seen ${Date.now() - start} ms after the sender's page said «sent»`);
    await rowOf(paul, 'Re: Photos of the lake').click();
    await paul.locator('.message-text', { hasText: 'Lovely! We come on Sunday.' }).waitFor();
    const [download] = await Promise.all([
      paul.waitForEvent('download'),
      paul.locator('.attachment', { hasText: 'big.bin' }).click(),
    ]);
    assert.deepEqual(fs.readFileSync(await download.path()), Buffer.alloc(3_000_000, 7));
    await paul.locator('.attachment', { hasText: 'journée.txt' }).waitFor();
  });

  await step('the sender has it in Sent, not in Drafts, and the original is marked', async () => {
    await rowOf(anna, 'Photos of the lake').getByRole('img', { name: 'answered' }).waitFor();
    await openMailbox(anna, 'Drafts');
    await anna.getByText('No messages').waitFor();
    await openMailbox(anna, 'Sent');
    await rowOf(anna, 'Re: Photos of the lake').waitFor();
  });

  await step('the conversation is shown as one', async () => {
    await rowOf(anna, 'Re: Photos of the lake').click();
    await anna.waitForFunction(() => document.querySelectorAll('.thread-item').length === 2);
    await screenshot(anna, 'conversation');
  });

  await step('to the trash and back, by the toast and by hand', async () => {
    await openMailbox(anna, 'Inbox');
    await rowOf(anna, 'Choir practice').click();
    await anna.locator('.message-text', { hasText: 'we start at eight' }).waitFor();
    await anna.keyboard.press('#');
    await rowOf(anna, 'Choir practice').waitFor({ state: 'detached' });
    await anna.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await rowOf(anna, 'Choir practice').waitFor();
    await rowOf(anna, 'Choir practice').click();
    await anna.keyboard.press('Delete');
    await rowOf(anna, 'Choir practice').waitFor({ state: 'detached' });
    await openMailbox(anna, 'Trash');
    await rowOf(anna, 'Choir practice').click();
    await anna.getByRole('button', { name: 'Back to the inbox' }).click();
    await rowOf(anna, 'Choir practice').waitFor({ state: 'detached' });
    await openMailbox(anna, 'Inbox');
    await rowOf(anna, 'Choir practice').waitFor();
  });

  await step('delete for ever asks first', async () => {
    await rowOf(anna, 'Choir practice').click();
    await anna.keyboard.press('Delete');
    await openMailbox(anna, 'Trash');
    await rowOf(anna, 'Choir practice').click();
    await anna.locator('.message-text', { hasText: 'we start at eight' }).waitFor();
    await anna.keyboard.press('Delete');
    await anna.getByRole('dialog', { name: 'Delete this message for ever?' }).waitFor();
    await screenshot(anna, 'question');
    await anna.keyboard.press('Escape');
    await rowOf(anna, 'Choir practice').waitFor();
    await anna.keyboard.press('Delete');
    await anna.getByRole('dialog').getByRole('button', { name: 'Delete for ever' }).click();
    await anna.getByText('No messages').waitFor();
  });

  await step('a folder: made, moved into, renamed, deleted', async () => {
    await anna.getByRole('button', { name: 'New folder' }).click();
    await anna.getByRole('dialog').getByRole('textbox').fill('Garden');
    await anna.keyboard.press('Enter');
    await mailbox(anna, 'Garden').waitFor();
    await openMailbox(anna, 'Inbox');
    await rowOf(anna, 'Photos of the lake').click();
    await anna.waitForSelector('.message');
    await anna.keyboard.press('v');
    await anna.getByRole('dialog').getByRole('button', { name: 'Garden' }).click();
    await rowOf(anna, 'Photos of the lake').waitFor({ state: 'detached' });
    await openMailbox(anna, 'Garden');
    await rowOf(anna, 'Photos of the lake').waitFor();
    await anna.getByRole('button', { name: 'Rename: Garden' }).click();
    await anna.getByRole('dialog').getByRole('textbox').fill('Lake');
    await anna.keyboard.press('Enter');
    await mailbox(anna, 'Lake').waitFor();
    await anna.getByRole('button', { name: 'Delete folder: Lake' }).click();
    await anna.getByRole('dialog').getByRole('button', { name: 'Delete folder' }).click();
    await mailbox(anna, 'Lake').waitFor({ state: 'detached' });
  });

  await step('a draft is saved by itself, and goes on where it was left', async () => {
    await openMailbox(anna, 'Inbox');
    await anna.keyboard.press('c');
    await anna.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
    await anna.keyboard.type('pau');
    await anna.locator('.suggestions').waitFor();
    await anna.keyboard.press('Enter');
    await anna.locator('.compose-line input').fill('Half a thought');
    await anna.locator('.compose-text').fill('To be continued');
    await anna.getByText('Saved in Drafts').waitFor();
    await anna.locator('.compose').getByRole('button', { name: 'Save and close' }).click();
    await anna.locator('.compose').waitFor({ state: 'detached' });
    await openMailbox(anna, 'Drafts');
    await rowOf(anna, 'Half a thought').click();
    assert.equal(await anna.inputValue('.compose-text'), 'To be continued\n'.trimEnd());
    assert.equal(await anna.locator('.compose .chip').count(), 1);
    await anna.locator('.compose').getByRole('button', { name: 'Discard' }).click();
    await anna.locator('dialog .destructive').click();
    await anna.getByText('No messages').waitFor();
  });

  await step('the session ends: what was written stays, and is sent after signing in', async () => {
    await anna.keyboard.press('c');
    await anna.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
    await anna.keyboard.type('paul@home.example');
    await anna.keyboard.press('Enter');
    await anna.locator('.compose-line input').fill('After the end');
    await anna.locator('.compose-text').fill('Still here.');
    await anna.context().clearCookies();
    await anna.keyboard.press('Control+Enter');
    await anna.locator('.sign-in-again').waitFor();
    await screenshot(anna, 'sign-in-again');
    await anna.fill('.sign-in-again [name=password]', ANNA_PASSWORD);
    await anna.keyboard.press('Enter');
    await anna.getByText('Message sent').last().waitFor();
    await openMailbox(paul, 'Inbox');
    await rowOf(paul, 'After the end').waitFor({ timeout: SOON });
  });

  await step('forward with the file, which the server has already', async () => {
    await openMailbox(anna, 'Inbox');
    await rowOf(anna, 'Invoice for October').click();
    await anna.locator('.attachment', { hasText: 'Invoice October.pdf' }).waitFor();
    await anna.keyboard.press('f');
    await anna.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
    await anna.locator('.upload', { hasText: 'Invoice October.pdf' }).waitFor();
    await anna.keyboard.type('paul@home.example,');
    await anna.keyboard.press('Control+Enter');
    await rowOf(paul, 'Fwd: Invoice for October').waitFor({ timeout: SOON });
    await rowOf(paul, 'Fwd: Invoice for October').click();
    await paul.locator('.attachment', { hasText: 'Invoice October.pdf' }).waitFor();
    await rowOf(anna, 'Invoice for October').getByRole('img', { name: 'forwarded' }).waitFor();
  });

  await step('several at once, and the trash emptied', async () => {
    await anna.keyboard.press('Escape');
    for (const subject of ['Market on Saturday', '会議のお知らせ']) await rowOf(anna, subject).locator('.row-mark').click();
    await anna.getByText('2 selected').waitFor();
    await anna.keyboard.press('Delete');
    await rowOf(anna, 'Market on Saturday').waitFor({ state: 'detached' });
    await openMailbox(anna, 'Trash');
    await rowOf(anna, '会議のお知らせ').waitFor();
    await mailbox(anna, 'Trash').locator('.mailbox-tools button').click();
    await anna.getByRole('dialog').getByRole('button', { name: 'Empty' }).click();
    await anna.getByText('No messages').waitFor();
  });

  await step('search and filters', async () => {
    await openMailbox(anna, 'Inbox');
    await anna.keyboard.press('/');
    await anna.keyboard.type('recipe');
    await anna.waitForFunction(() => document.querySelectorAll('.row:not(.placeholder)').length === 1);
    await rowOf(anna, 'Apple tart').waitFor();
    await anna.keyboard.press('Escape');
    await rowOf(anna, 'Invoice').waitFor();
    await rowOf(anna, 'Invoice').getByRole('button', { name: 'Star' }).click();
    await anna.getByRole('button', { name: 'Starred' }).click();
    await anna.waitForFunction(() => document.querySelectorAll('.row:not(.placeholder)').length === 1);
    await anna.getByRole('button', { name: 'All', exact: true }).click();
  });

  await step('sign out', async () => {
    await anna.getByRole('button', { name: 'Menu' }).click();
    await anna.getByRole('button', { name: 'Sign out' }).click();
    await anna.waitForSelector('[name=login]');
    assert.equal((await anna.context().request.get(`${url}/.well-known/jmap`)).status(), 401);
  });

  assertClean(anna);
  assertClean(paul);
});
