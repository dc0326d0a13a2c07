// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Files that go as a link: by size and by choice, in the message, in the list of all, and as
// somebody without an account meets them. The pictures are for people to look at.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { assertClean, openPage, PHONE, rowOf, screenshot, signIn, step, url, WIDE, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD } = process.env;
const BIG = 21_000_000; // over what the site says
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'links-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

function makeFile(name, size) {
  const file = path.join(folder, name);
  fs.writeFileSync(file, Buffer.alloc(size, 'b'));
  return file;
}

async function noOverflow(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
}

/** The address of a link, at the server of this test. */
function here(link) {
  return url + new URL(link).pathname;
}

async function linksIn(page) {
  const text = await page.locator('.compose-text').inputValue();
  return { text, links: text.match(/https?:\/\/\S+\/file\/[a-z2-7]{49}/g) ?? [] };
}

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  let film;

  await step('a file that is too large goes as a link', async () => {
    await signIn(page, 'anna', ANNA_PASSWORD);
    await rowOf(page, 'Apple tart').waitFor();
    await page.keyboard.press('c');
    await page.locator('.compose-text').waitFor();
    await page.locator('.compose-text').fill('Here it is.\n\nAnna');
    await page.locator('.compose input[type=file], .compose-window input[type=file], input[type=file]').first().setInputFiles([makeFile('film été.mp4', BIG), makeFile('note.txt', 500)]);
    await page.locator('.link-choices').waitFor();
    await page.locator('.upload', { hasText: 'as a link' }).waitFor();
    const { text, links } = await linksIn(page);
    assert.equal(links.length, 1);
    assert.match(text, /^Here it is\.\n\nAnna\n\nfilm été\.mp4 \(21 MB\), until \d+ \w+ \d{4}:\nhttp/);
    film = links[0];
    // The message itself carries the small one alone.
    await page.locator('.uploads p', { hasText: '500 bytes of' }).waitFor();
    await screenshot(page, 'links-compose');
  });

  await step('a small one by choice, and back', async () => {
    await page.getByRole('button', { name: 'As a link: note.txt' }).click();
    await page.waitForFunction(() => (document.querySelector('.compose-text').value.match(/\/file\//g) ?? []).length === 2);
    await page.getByRole('button', { name: 'Remove note.txt' }).click();
    await page.waitForFunction(() => (document.querySelector('.compose-text').value.match(/\/file\//g) ?? []).length === 1);
    const { text } = await linksIn(page);
    assert.ok(!text.includes('note.txt'));
    assert.ok(text.startsWith('Here it is.\n\nAnna\n\nfilm été.mp4'));
  });

  await step('its end and its password', async () => {
    const before = (await linksIn(page)).text;
    await page.getByLabel('Change the end: film été.mp4').selectOption('7');
    await page.waitForFunction((old) => document.querySelector('.compose-text').value !== old, before);
    await page.getByLabel('Password: film été.mp4').fill('correct horse');
    await page.getByLabel('Password: film été.mp4').blur();
    await page.getByPlaceholder('Password is set').waitFor();
    assert.deepEqual((await linksIn(page)).links, [film]);
  });

  await step('sent: the message has the link, and not the file', async () => {
    const field = page.getByRole('combobox', { name: 'To' }).or(page.locator('.recipients-line input')).first();
    await field.fill('paul@home.example');
    await page.keyboard.press('Tab');
    await page.locator('.compose-line input').last().fill('The film');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Message sent').waitFor();
  });

  await step('somebody without an account fetches it', async () => {
    for (const [name, options] of [
      ['links-offer-wide', { viewport: WIDE, locale: 'en-GB' }],
      ['links-offer-phone-dark-fr', { viewport: PHONE, hasTouch: true, locale: 'fr-FR', colorScheme: 'dark' }],
    ]) {
      const french = options.locale === 'fr-FR';
      const context = await browser.newContext({ ...options, javaScriptEnabled: false, acceptDownloads: true });
      const stranger = await context.newPage();
      await stranger.goto(here(film));
      assert.equal(await stranger.locator('h1').textContent(), 'film été.mp4');
      assert.ok(await stranger.getByText('Anna Weber <anna@home.example>').isVisible());
      await screenshot(stranger, name);
      await stranger.getByLabel(french ? 'Mot de passe' : 'Password').fill('wrong');
      await stranger.getByRole('button', { name: french ? 'Télécharger' : 'Download' }).click();
      await stranger.getByRole('alert').waitFor();
      await screenshot(stranger, `${name}-wrong`);
      await stranger.getByLabel(french ? 'Mot de passe' : 'Password').fill('correct horse');
      const [download] = await Promise.all([
        stranger.waitForEvent('download'),
        stranger.getByRole('button', { name: french ? 'Télécharger' : 'Download' }).click(),
      ]);
      assert.equal(download.suggestedFilename(), 'film été.mp4');
      const got = fs.readFileSync(await download.path());
      assert.ok(got.equals(Buffer.alloc(BIG, 'b')));
      await stranger.goto(`${here(film).slice(0, -1)}${film.endsWith('a') ? 'b' : 'a'}`);
      await stranger.getByText(french ? 'Ce lien n’ouvre aucun fichier' : 'This link opens no file').first().waitFor();
      await screenshot(stranger, `${name}-none`);
      await context.close();
    }
  });

  await step('the list of all, and an end', async () => {
    await page.getByRole('button', { name: 'Menu', exact: true }).click();
    await page.getByRole('button', { name: 'Shared files', exact: true }).click();
    const row = page.locator('.shared-file', { hasText: 'film été.mp4' });
    await row.waitFor();
    assert.match(await row.textContent(), /21 MB · Until .* · fetched 2 times · with a password/);
    assert.equal(await page.locator('.shared-file').count(), 1);
    await screenshot(page, 'links-list');
    await page.getByLabel('Change the end: film été.mp4').selectOption('0');
    await row.getByText('Until you end it').waitFor();
    await page.getByRole('button', { name: 'End: film été.mp4' }).click();
    await page.getByText('is removed from the server').waitFor();
    await page.locator('dialog[open]').last().getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('You share no files.').waitFor();
    await page.keyboard.press('Escape');
    const answer = await page.request.get(here(film));
    assert.equal(answer.status(), 404);
  });

  await step('an attachment that came is taken out, and the message keeps a link', async () => {
    const paul = await openPage(browser);
    await signIn(paul, 'paul', process.env.PAUL_PASSWORD);
    await paul.keyboard.press('c');
    await paul.locator('.compose-text').waitFor();
    await paul.locator('.compose-text').fill('The plan is attached.');
    await paul.locator('input[type=file]').first().setInputFiles([makeFile('plan.txt', 2_000_000)]);
    await paul.locator('.recipients-line input').first().fill('anna@home.example');
    await paul.keyboard.press('Tab');
    await paul.locator('.compose-line input').last().fill('A large plan');
    await paul.locator('.uploads progress').waitFor({ state: 'detached' });
    await paul.getByRole('button', { name: 'Send', exact: true }).click();
    await paul.getByText('Message sent').waitFor();
    await paul.context().close();

    await rowOf(page, 'A large plan').waitFor();
    await rowOf(page, 'A large plan').click();
    await page.getByRole('button', { name: 'Take out of the message: plan.txt' }).waitFor();
    await screenshot(page, 'links-attachment');
    await page.getByRole('button', { name: 'Take out of the message: plan.txt' }).click();
    await page.getByText('goes to your shared files').waitFor();
    await screenshot(page, 'links-detach');
    await page.locator('dialog[open]').last().getByRole('button', { name: 'Take out of the message' }).click();
    const text = page.locator('.message-text', { hasText: 'was taken out of this message' });
    await text.waitFor();
    const note = await text.textContent();
    assert.match(note, /The plan is attached\./);
    const link = note.match(/http\S+\/file\/[a-z2-7]{49}/)[0];
    assert.equal(await page.locator('.attachment').count(), 0);
    // The list hears of the new message by itself.
    await rowOf(page, 'A large plan').getByText('was taken out').or(rowOf(page, 'A large plan').getByText('The attachment')).first().waitFor();
    assert.equal(await rowOf(page, 'A large plan').count(), 1);
    await screenshot(page, 'links-detached');
    const answer = await page.request.post(here(link), { form: {} });
    assert.ok((await answer.body()).equals(Buffer.alloc(2_000_000, 'b')));
  });

  await step('in French, in the dark, on a telephone', async () => {
    const other = await openPage(browser, { viewport: PHONE, hasTouch: true, locale: 'fr-FR', colorScheme: 'dark' });
    await signIn(other, 'anna', ANNA_PASSWORD);
    await rowOf(other, 'Apple tart').waitFor();
    await other.keyboard.press('c');
    await other.locator('.compose-text').waitFor();
    await other.locator('input[type=file]').first().setInputFiles([makeFile('film été.mp4', BIG)]);
    await other.locator('.link-choices').waitFor();
    await noOverflow(other);
    await screenshot(other, 'links-compose-phone-dark-fr');
    await other.getByRole('button', { name: 'Enregistrer et fermer' }).or(other.getByRole('button', { name: 'Fermer' })).first().click();
    await other.locator('.compose-text').waitFor({ state: 'detached' });
    await other.locator('.list .header-bar .narrow-only').first().click();
    await other.getByRole('button', { name: 'Menu', exact: true }).click();
    await other.getByRole('button', { name: 'Fichiers partagés', exact: true }).click();
    await other.locator('.shared-file').first().waitFor();
    await noOverflow(other);
    await screenshot(other, 'links-list-phone-dark-fr');
    assertClean(other);
    await other.context().close();
  });

  assertClean(page);
});
