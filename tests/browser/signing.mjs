// SPDX-License-Identifier: LGPL-2.1-or-later
//
// How one signs in: app passwords, and a code beside the password; turned on, asked for,
// lost, and turned off. The pictures are for people to look at.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

import { assertClean, openPage, PHONE, rowOf, screenshot, signIn, step, url, WIDE, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, PAUL_PASSWORD } = process.env;
const NEW_PASSWORD = 'granite and 7 pears';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 6238: what a telephone does. */
function codeOf(secret, steps = 0) {
  const bits = [...secret].map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest.at(-1) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function jmapStatus(login, password) {
  const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  return (await fetch(`${url}/.well-known/jmap`, { headers: { Authorization: authorization } })).status;
}

async function openSettings(page, menu = 'Menu', item = 'Signing in') {
  await page.getByRole('button', { name: menu, exact: true }).click();
  await page.getByRole('button', { name: item, exact: true }).click();
  await page.locator('.dialog-settings .setting-row').first().waitFor();
}

async function signOut(page) {
  await page.getByRole('button', { name: 'Menu', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForSelector('[name=login]');
}

async function typePassword(page, password) {
  await page.fill('[name=login]', 'anna');
  await page.fill('[name=password]', password);
  await page.keyboard.press('Enter');
}

async function noOverflow(page) {
  const wide = await page.evaluate(() => {
    const box = document.querySelector('.dialog-settings');
    return Math.max(document.documentElement.scrollWidth - innerWidth, box ? box.scrollWidth - box.clientWidth : 0);
  });
  assert.ok(wide <= 0, `${wide} pixels too wide`);
}

const WORDS = {
  en: { locale: 'en-GB', menu: 'Menu', settings: 'Signing in', on: 'Turn on', create: 'Create', good: 'This password is good.', weak: 'lists of passwords have' },
  fr: { locale: 'fr-FR', menu: 'Menu', settings: 'Connexion', on: 'Activer', create: 'Créer', good: 'Ce mot de passe convient.', weak: 'listes de mots de passe' },
};

await withBrowser(async (browser) => {
  const page = await openPage(browser);
  let secret;
  let recovery;

  await step('an app password: made, shown once, used, revoked', async () => {
    await signIn(page, 'anna', ANNA_PASSWORD);
    await rowOf(page, 'Apple tart').waitFor();
    await openSettings(page);
    await page.fill('[name=app-password-name]', 'phone & tablet');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const text = await page.locator('.shown-once code').textContent();
    assert.match(text, /^([a-z2-7]{5}-){4}[a-z2-7]{5}$/);
    assert.equal(await jmapStatus('anna', text), 200);
    await page.getByRole('button', { name: 'I have it' }).click();
    assert.equal(await page.getByText(text).count(), 0);
    await page.locator('.setting-row', { hasText: 'phone & tablet' }).waitFor();
    await page.getByRole('button', { name: 'Revoke: phone & tablet' }).click();
    await page.locator('.dialog-confirm').getByRole('button', { name: 'Revoke' }).click();
    await page.locator('.setting-row', { hasText: 'phone & tablet' }).waitFor({ state: 'detached' });
    assert.equal(await jmapStatus('anna', text), 401);
  });

  await step('a code of a device: turned on by one right code', async () => {
    await page.getByRole('button', { name: 'Turn on' }).click();
    await page.locator('.code-picture').waitFor();
    secret = await page.locator('.secret').textContent();
    assert.match(secret, /^[A-Z2-7]{32}$/);
    await page.fill('[name=new-code]', '000000');
    await page.keyboard.press('Enter');
    await page.getByText('The code is not right').waitFor();
    assert.equal(await jmapStatus('anna', ANNA_PASSWORD), 200);
    await page.fill('[name=new-code]', codeOf(secret, -1));
    await page.keyboard.press('Enter');
    await page.getByText('Your recovery codes').waitFor();
    recovery = await page.locator('.shown-once code').allTextContents();
    assert.equal(recovery.length, 10);
    await screenshot(page, 'signing-recovery-codes');
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('10 recovery codes are left').waitFor();
    assert.equal(await jmapStatus('anna', ANNA_PASSWORD), 401);
    await page.keyboard.press('Escape');
    await page.locator('.dialog-settings').waitFor({ state: 'detached' });
  });

  await step('signing in asks for it', async () => {
    await signOut(page);
    await typePassword(page, ANNA_PASSWORD);
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'code');
    await screenshot(page, 'signing-code');
    await page.keyboard.type('000000');
    await page.keyboard.press('Enter');
    await page.getByText('The code is not right').waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('name') === 'code' && document.activeElement.value === '');
    await page.keyboard.type(codeOf(secret));
    await page.keyboard.press('Enter');
    await rowOf(page, 'Apple tart').waitFor();
  });

  await step('the device is lost: a recovery code, once', async () => {
    await signOut(page);
    await typePassword(page, ANNA_PASSWORD);
    await page.fill('[name=code]', recovery[2]);
    await page.keyboard.press('Enter');
    await rowOf(page, 'Apple tart').waitFor();
    await signOut(page);
    await typePassword(page, ANNA_PASSWORD);
    await page.fill('[name=code]', recovery[2]);
    await page.keyboard.press('Enter');
    await page.getByText('The code is not right').waitFor();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.waitForSelector('[name=password]');
    await typePassword(page, ANNA_PASSWORD);
    await page.fill('[name=code]', recovery[3]);
    await page.keyboard.press('Enter');
    await rowOf(page, 'Apple tart').waitFor();
  });

  await step('the session ends under an open page: the code is asked for there, too', async () => {
    await page.context().clearCookies();
    await page.keyboard.press('c');
    await page.locator('.compose-line input').fill('Later');
    await page.locator('.compose').getByRole('button', { name: 'Save and close' }).click();
    await page.locator('.sign-in-again').waitFor();
    await page.fill('.sign-in-again [name=password]', ANNA_PASSWORD);
    await page.keyboard.press('Enter');
    await page.fill('.sign-in-again [name=code]', recovery[4]);
    await page.keyboard.press('Enter');
    await page.locator('.sign-in-again').waitFor({ state: 'detached' });
    await page.locator('.compose').waitFor({ state: 'detached' });
  });

  await step('other recovery codes, by the password', async () => {
    await openSettings(page);
    await page.getByText('7 recovery codes are left').waitFor();
    await page.getByRole('button', { name: 'New codes' }).click();
    await page.fill('[name=renew-password]', ANNA_PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByText('Your recovery codes').waitFor();
    const renewed = await page.locator('.shown-once code').allTextContents();
    assert.equal(renewed.length, 10);
    assert.ok(!renewed.some((code) => recovery.includes(code)));
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('10 recovery codes are left').waitFor();
    await noOverflow(page);
    await screenshot(page, 'signing-on-wide');
    await page.setViewportSize(PHONE);
    await noOverflow(page);
    await screenshot(page, 'signing-on-phone');
    await page.setViewportSize(WIDE);
  });

  await step('turned off by the password', async () => {
    await page.getByRole('button', { name: 'Turn off' }).click();
    await page.fill('[name=end-password]', 'wrong');
    await page.locator('.settings').getByRole('button', { name: 'Turn off' }).click();
    await page.getByText('The password is not right.').waitFor();
    await page.fill('[name=end-password]', ANNA_PASSWORD);
    await page.locator('.settings').getByRole('button', { name: 'Turn off' }).click();
    await page.getByRole('button', { name: 'Turn on' }).waitFor();
    assert.equal(await jmapStatus('anna', ANNA_PASSWORD), 200);
  });

  await step('the password changed: the other sessions end', async () => {
    const other = await openPage(browser);
    await signIn(other, 'anna', ANNA_PASSWORD);
    await rowOf(other, 'Apple tart').waitFor();
    const said = page.locator('#new-password-said');
    const button = page.getByRole('button', { name: 'Change password' });
    await page.fill('[name=old-password]', 'wrong');
    await page.fill('[name=new-password]', 'short');
    await said.getByText('At least 8 characters.').waitFor();
    await page.fill('[name=new-password]', 'password1');
    await said.getByText('lists of passwords have').waitFor();
    assert.ok(await button.isDisabled());
    await page.fill('[name=new-password]', NEW_PASSWORD);
    await said.getByText('This password is good.').waitFor();
    await button.click();
    await said.getByText('The password is not right.').waitFor();
    await page.fill('[name=old-password]', ANNA_PASSWORD);
    await button.click();
    await page.getByText('Password changed.').waitFor();
    assert.equal(await page.inputValue('[name=new-password]'), '');
    assert.equal(await jmapStatus('anna', ANNA_PASSWORD), 401);
    assert.equal(await jmapStatus('anna', NEW_PASSWORD), 200);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Menu', exact: true }).click();
    await page.keyboard.press('Escape');
    await rowOf(page, 'Apple tart').waitFor();
    await other.reload();
    await other.waitForSelector('[name=login]');
    await other.context().close();
    assertClean(page);
    await page.context().close();
  });

  for (const [language, words] of Object.entries(WORDS)) {
    for (const colorScheme of ['light', 'dark']) {
      for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]]) {
        await step(`${language}, ${colorScheme}, ${size}`, async () => {
          const name = (what) => `signing-${what}-${size}-${colorScheme}-${language}`;
          const other = await openPage(browser, { locale: words.locale, colorScheme, viewport, hasTouch: size === 'phone' });
          await signIn(other, 'paul', PAUL_PASSWORD);
          await rowOf(other, 'Welcome').waitFor();
          if (size === 'phone') await other.locator('.list .header-bar .narrow-only').first().click();
          await openSettings(other, words.menu, words.settings);
          await other.fill('[name=app-password-name]', language === 'en' ? 'phone' : 'téléphone');
          await other.getByRole('button', { name: words.create, exact: true }).click();
          await other.locator('.shown-once').waitFor();
          await noOverflow(other);
          await screenshot(other, name('app-password'));
          await other.locator('.shown-once .suggested').click();
          await other.getByRole('button', { name: words.on, exact: true }).click();
          await other.locator('.code-picture').waitFor();
          await noOverflow(other);
          await screenshot(other, name('picture'));
          await other.fill('[name=new-password]', 'password1');
          await other.locator('#new-password-said', { hasText: words.weak }).waitFor();
          await noOverflow(other);
          await other.fill('[name=new-password]', NEW_PASSWORD);
          await other.locator('#new-password-said', { hasText: words.good }).waitFor();
          await other.locator('.own-password').scrollIntoViewIfNeeded();
          await noOverflow(other);
          await screenshot(other, name('own-password'));
          assertClean(other);
          await other.context().close();
        });
      }
    }
  }
});
