// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is signed or encrypted, with keys of a real GnuPG; and all attachments in one file. The pictures are for
// people to look at.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { assertClean, openPage, PHONE, rowOf, screenshot, signIn, step, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, PAGE_INBOX } = process.env;
const KEYRING = path.join(PAGE_INBOX, 'intimail.gnupg');
const OTHER = path.join(PAGE_INBOX, '..', '..', 'other-keys');
const CONTENT = 'Content-Type: text/plain; charset=utf-8\n\nThe boat is mended.\n';

function gpg(ring, args, input = '') {
  const options = ['--homedir', ring, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
  return execFileSync('gpg', [...options, ...args], { input, stdio: ['pipe', 'pipe', 'ignore'] });
}

function sign(ring, content = CONTENT) {
  return gpg(ring, ['--armor', '--detach-sign'], content.replace(/\n/g, '\r\n')).toString();
}

const signed = (content, signature) => ({
  type: 'multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary=s',
  body: `--s\n${content}\n--s\nContent-Type: application/pgp-signature; name=signature.asc\n\n${signature}\n--s--\n`,
});

let count = 0;

function put(subject, { type, body }, from = 'Paul Durand <paul@home.example>') {
  const mail = [
    `From: ${from}`, 'To: Anna <anna@home.example>', `Subject: ${subject}`, `Message-ID: <signed.${++count}@home.example>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, 'MIME-Version: 1.0', `Content-Type: ${type}`, '', body,
  ].join('\n');
  const name = `${Math.floor(Date.now() / 1000)}.P${count}.test`;
  fs.writeFileSync(path.join(PAGE_INBOX, 'tmp', name), mail, { mode: 0o600 });
  fs.renameSync(path.join(PAGE_INBOX, 'tmp', name), path.join(PAGE_INBOX, 'new', name));
}

const line = (page) => page.locator('.protection');

async function open(page, subject) {
  await rowOf(page, subject).first().click();
  await page.waitForFunction((wanted) => document.querySelector('.message-subject')?.textContent === wanted, subject);
}

async function expectLine(page, subject, words, level) {
  await open(page, subject);
  await line(page).filter({ hasText: words }).waitFor();
  assert.equal(await line(page).count(), 1);
  assert.equal(await line(page).getAttribute('class'), `protection ${level}`, subject);
}

await withBrowser(async (browser) => {
  const anna = await openPage(browser);
  const stopAgents = () => {
    for (const ring of [KEYRING, OTHER]) execFileSync('gpgconf', ['--homedir', ring, '--kill', 'all'], { stdio: 'ignore' });
  };
  fs.mkdirSync(OTHER, { mode: 0o700 });
  gpg(OTHER, ['--quick-gen-key', 'Eve <eve@far.example>', 'ed25519', 'sign', 'never']);
  put('Key not here', signed(CONTENT, sign(OTHER)));
  try {
    await step('without keys nobody can say', async () => {
      await signIn(anna, 'anna', ANNA_PASSWORD);
      await rowOf(anna, 'Key not here').waitFor();
      await expectLine(anna, 'Key not here', /the key is not here/, 'plain');
      assert.equal(fs.existsSync(KEYRING), false);
    });

    fs.mkdirSync(KEYRING, { mode: 0o700 });
    gpg(KEYRING, ['--quick-gen-key', 'Paul Durand <paul@home.example>', 'ed25519', 'sign', 'never']);
    const good = sign(KEYRING);
    put('Good', signed(CONTENT, good));
    put('Changed', signed(CONTENT.replace('mended', 'sold'), good));
    put('Of another', signed(CONTENT, good), 'Eve <eve@far.example>');
    put('From a list', { type: 'multipart/mixed; boundary=m', body: `--m\nContent-Type: ${signed(CONTENT, good).type}\n\n${signed(CONTENT, good).body}\n--m\n\nfooter\n--m--\n` });
    put('Secret', { type: 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=e', body: '--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\nContent-Type: application/octet-stream\n\nx\n--e--\n' });
    put('In the text', { type: 'text/plain', body: '-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n' });
    put('Smime', { type: 'multipart/signed; protocol="application/pkcs7-signature"; boundary=s', body: '--s\n\nx\n--s\nContent-Type: application/pkcs7-signature\n\nx\n--s--\n' });

    await step('only a good signature of the sender, with a key that is trusted, looks good', async () => {
      await rowOf(anna, 'Smime').waitFor();
      await expectLine(anna, 'Good', /Signed by Paul Durand <paul@home\.example> \(key ([0-9A-F]{4} ?){4}\): the signature is good\./, 'good');
      await screenshot(anna, 'protection-good');
      await expectLine(anna, 'Changed', /does not match/, 'bad');
      await screenshot(anna, 'protection-bad');
      await expectLine(anna, 'Of another', /who is not the sender/, 'plain');
      await expectLine(anna, 'From a list', /^ ?A part of this message: Signed by Paul/, 'plain');
      await expectLine(anna, 'Key not here', /Signed with the key [0-9A-F ]{19}: it cannot be checked, the key is not here/, 'plain');
    });

    await step('a key that somebody has sent is no key that somebody trusts', async () => {
      gpg(KEYRING, ['--import'], gpg(OTHER, ['--export']));
      put('Imported', signed(CONTENT, sign(OTHER)), 'Eve <eve@far.example>');
      await rowOf(anna, 'Imported').waitFor();
      await expectLine(anna, 'Imported', /Whether that is so is not known here/, 'plain');
      await screenshot(anna, 'protection-untrusted');
    });

    await step('what cannot be verified or read here is said', async () => {
      await expectLine(anna, 'Secret', /Encrypted: it cannot be read here/, 'plain');
      await screenshot(anna, 'protection-encrypted');
      await expectLine(anna, 'In the text', /Signed with OpenPGP: it cannot be checked here/, 'plain');
      await expectLine(anna, 'Smime', /Signed with S\/MIME: it cannot be checked here/, 'plain');
      await open(anna, 'Apple tart');
      assert.equal(await line(anna).count(), 0);
    });

    await step('in French, dark, on a phone', async () => {
      const page = await openPage(browser, { locale: 'fr-FR', colorScheme: 'dark', viewport: PHONE });
      await signIn(page, 'anna', ANNA_PASSWORD);
      await rowOf(page, 'Good').waitFor();
      await expectLine(page, 'Good', /Signé par Paul Durand.*la signature est bonne/, 'good');
      await screenshot(page, 'protection-phone-dark-fr');
      assertClean(page);
      await page.context().close();
    });

    await step('all attachments in one file', async () => {
      await open(anna, 'Photos of the lake');
      // The picture in the text moves what is below it when it comes.
      await anna.waitForFunction(() => document.querySelector('.message-frame')?.getBoundingClientRect().height > 300);
      await screenshot(anna, 'download-all');
      const [download] = await Promise.all([anna.waitForEvent('download'), anna.getByText('Download all').click()]);
      assert.equal(download.suggestedFilename(), 'Photos of the lake.zip');
      const names = execFileSync('python3', ['-m', 'zipfile', '-l', await download.path()]).toString();
      assert.match(names, /list of plants\.txt/);
      assert.match(names, /evening\.png/);
      await open(anna, 'Invoice for October');
      await anna.locator('.attachments').waitFor();
      assert.equal(await anna.getByText('Download all').count(), 0);
      assertClean(anna);
    });
  } finally {
    stopAgents();
  }
});
