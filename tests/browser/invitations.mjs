// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Invitations: told in the reader's own time zone and language, answered by mail, called off; and those of
// an enemy. The pictures are for people to look at.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { assertClean, openMailbox, openPage, PHONE, rowOf, screenshot, signIn, step, WIDE, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, PAUL_PASSWORD, PAGE_INBOX, INTIMAIL_CORPORA } = process.env;

// As Outlook describes it.
const ZONE = `BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE`;

const event = (method, uid, lines) => `BEGIN:VCALENDAR\nMETHOD:${method}\n${ZONE}\nBEGIN:VEVENT\nUID:${uid}\n${lines}\nEND:VEVENT\nEND:VCALENDAR`;

let count = 0;

/** A mail put into the Maildir as another program would. */
function put(subject, calendar, { from = 'Paul Durand <paul@home.example>', method = 'REQUEST' } = {}) {
  const body = Buffer.from(calendar.replace(/\n/g, '\r\n'), 'utf8').toString('base64').replace(/.{76}/g, '$&\n');
  const mail = [
    `From: ${from}`, 'To: Anna <anna@home.example>', `Subject: ${subject}`, `Message-ID: <invitation.${++count}@home.example>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, 'MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=alt', '',
    '--alt', 'Content-Type: text/plain; charset=utf-8', '', `${subject}: details are in the calendar.`,
    '--alt', `Content-Type: text/calendar; charset=utf-8; method=${method}`, 'Content-Transfer-Encoding: base64', '', body, '--alt--', '',
  ].join('\n');
  const name = `${Math.floor(Date.now() / 1000)}.I${count}.test`;
  fs.writeFileSync(path.join(PAGE_INBOX, 'tmp', name), mail, { mode: 0o600 });
  fs.renameSync(path.join(PAGE_INBOX, 'tmp', name), path.join(PAGE_INBOX, 'new', name));
}

const PEOPLE = [
  'ORGANIZER;CN=Paul Durand:mailto:paul@home.example',
  'ATTENDEE;CN=Paul Durand;PARTSTAT=ACCEPTED:mailto:paul@home.example',
  'ATTENDEE;CN=Anna Weber;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:anna@home.example',
  'ATTENDEE;CN=Hélène Martin;PARTSTAT=TENTATIVE:mailto:helene@example.org',
  'ATTENDEE;CN=Tom Novák;PARTSTAT=DECLINED:mailto:tom@example.org',
].join('\n');

const LUNCH = event('REQUEST', 'lunch@home.example', [
  'SUMMARY:Lunch at the lake\\, with the boat', 'LOCATION:The boathouse\\; 3 Quai du Lac', 'SEQUENCE:2', 'RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE',
  'DTSTART;TZID=W. Europe Standard Time:20300717T120000', 'DTEND;TZID=W. Europe Standard Time:20300717T140000', PEOPLE,
].join('\n'));

const EVIL = '<img src=x onerror=alert(1)><script>alert(2)</script>';
const HOSTILE = event('REQUEST', 'evil@example.org', [
  `SUMMARY:${EVIL}`, `LOCATION:javascript:alert(3) ${EVIL} \u202etxt`, 'DTSTART:00000101T000000Z', 'DTEND:99991231T235959Z', `RRULE:FREQ=${EVIL}`,
  `ORGANIZER;CN="${EVIL}":mailto:paul@home.example`,
  ...Array.from({ length: 10_000 }, (_, i) => `ATTENDEE;CN="${EVIL} ${i}":mailto:person${i}@example.org`),
  `DESCRIPTION:${'\n 0123456789012345678901234567890123456789'.repeat(250_000)}`,
].join('\n'));

const card = (page) => page.locator('.invitation');

/** Browsers differ in commas and spaces of dates. */
const textOf = async (page) => (await card(page).innerText()).replace(/[\u2009\u202f\u00a0]/g, ' ').replace(/,/g, '');

async function open(page, subject) {
  await page.locator('.row:not(.placeholder)', { has: page.locator('.row-subject', { hasText: new RegExp(`^${subject}$`) }) }).first().click();
  await page.waitForFunction((wanted) => document.querySelector('.message-subject')?.textContent === wanted, subject);
  await card(page).waitFor();
}

await withBrowser(async (browser) => {
  put('Lunch', LUNCH);
  const anna = await openPage(browser, { timezoneId: 'America/New_York' });
  const paul = await openPage(browser, { locale: 'fr-FR' });

  await step('it is told when, where, by whom and with whom', async () => {
    await signIn(anna, 'anna', ANNA_PASSWORD);
    await rowOf(anna, 'Lunch').waitFor();
    await open(anna, 'Lunch');
    const text = await textOf(anna);
    for (const words of ['Lunch at the lake with the boat', 'The boathouse; 3 Quai du Lac', 'Wednesday 17 July 2030', '06:00', '08:00', 'Every 2 weeks',
      'Paul Durand <paul@home.example>', '4 are invited']) assert.ok(text.includes(words), `${words} in ${text}`);
    assert.equal(await anna.locator('.attachments').count(), 0);
    await card(anna).locator('summary').click();
    await card(anna).getByText('Tom Novák <tom@example.org>').waitFor();
    await screenshot(anna, 'invitation');
  });

  await step('its calendar is a file for others', async () => {
    const [download] = await Promise.all([anna.waitForEvent('download'), card(anna).getByText('Download for a calendar').click()]);
    assert.equal(download.suggestedFilename(), 'invitation.ics');
    assert.match(fs.readFileSync(await download.path(), 'utf8'), /^BEGIN:VCALENDAR\r\n[^]*UID:lunch@home\.example\r\n/);
  });

  await step('accepted: who invites gets the answer, and a program can read it', async () => {
    await signIn(paul, 'paul', PAUL_PASSWORD);
    await rowOf(paul, 'Welcome').waitFor();
    await card(anna).getByRole('button', { name: 'Accept' }).click();
    await anna.getByText('Answer sent to paul@home.example').waitFor();
    await card(anna).locator('button[aria-pressed=true]', { hasText: 'Accept' }).waitFor();
    await card(anna).locator('li', { hasText: 'Anna Weber' }).getByText('comes', { exact: true }).waitFor();
    await open(paul, 'Accepted: Lunch at the lake, with the boat');
    assert.match(await textOf(paul), /Anna Weber accepte/);
    assert.equal(await card(paul).getByRole('button').count(), 0);
    await screenshot(paul, 'invitation-reply');
    await openMailbox(anna, 'Sent');
    await rowOf(anna, 'Accepted: Lunch').waitFor();
    await openMailbox(anna, 'Drafts');
    assert.equal(await rowOf(anna, 'Accepted: Lunch').count(), 0);
    await openMailbox(anna, 'Inbox');
  });

  await step('another answer, in French, called back', async () => {
    const page = await openPage(browser, { locale: 'fr-FR', timezoneId: 'Europe/Paris' }, 10);
    await signIn(page, 'anna', ANNA_PASSWORD);
    await open(page, 'Lunch');
    await page.locator('.invitation button[aria-pressed=true]', { hasText: 'Accepter' }).waitFor();
    assert.match(await textOf(page), /mercredi 17 juillet 2030[^]*12:00[^]*14:00[^]*Toutes les 2 semaines/);
    await card(page).getByRole('button', { name: 'Décliner' }).click();
    await page.getByText('Réponse envoyée à paul@home.example').waitFor();
    await page.locator('.invitation button[aria-pressed=true]', { hasText: 'Décliner' }).waitFor();
    await page.locator('.toast').getByRole('button', { name: 'Annuler' }).click();
    await page.locator('.invitation button[aria-pressed=true]', { hasText: 'Accepter' }).waitFor();
    await openMailbox(page, 'Brouillons');
    await rowOf(page, 'Décliné : Lunch').waitFor({ state: 'detached' });
    assertClean(page);
    await page.context().close();
  });

  await step('called off', async () => {
    put('Lunch is off', event('CANCEL', 'lunch@home.example', `SUMMARY:Lunch at the lake\nDTSTART;VALUE=DATE:20300717\nDTEND;VALUE=DATE:20300719\n${PEOPLE}`), { method: 'CANCEL' });
    await rowOf(anna, 'Lunch is off').waitFor();
    await open(anna, 'Lunch is off');
    const text = await textOf(anna);
    assert.match(text, /This event is called off/);
    assert.match(text, /17.*18 July 2030/);
    assert.equal(await card(anna).getByRole('button').count(), 0);
    await screenshot(anna, 'invitation-cancelled');
  });

  await step('an answer in the name of somebody else is no answer of theirs', async () => {
    const answer = event('REPLY', 'lunch@home.example', 'SUMMARY:Lunch\nATTENDEE;CN=Tom Novák;PARTSTAT=ACCEPTED:mailto:tom@example.org');
    put('Tom comes', answer, { from: 'Mallory <mallory@example.org>', method: 'REPLY' });
    await rowOf(anna, 'Tom comes').waitFor();
    await open(anna, 'Tom comes');
    assert.match(await textOf(anna), /^Answer to an invitation\s/);
    assert.equal((await textOf(anna)).includes('Tom Novák accepts'), false);
  });

  await step('ten megabytes, ten thousand people and scripts in every word are text', async () => {
    put('Hostile', HOSTILE, { from: 'Mallory <mallory@example.org>' });
    await rowOf(anna, 'Hostile').waitFor();
    const start = Date.now();
    await open(anna, 'Hostile');
    console.log(`# shown after ${Date.now() - start} ms`);
    const text = await textOf(anna);
    assert.ok(text.includes(EVIL));
    assert.ok(text.includes('10000 are invited'));
    await card(anna).locator('summary').click();
    assert.equal(await card(anna).locator('.invited li').count(), 101);
    assert.equal(await card(anna).locator('img, script').count(), 0);
    await screenshot(anna, 'invitation-hostile');
    assertClean(anna);
  });

  await step('a public collection', async () => {
    if (!INTIMAIL_CORPORA) {
      console.log('# INTIMAIL_CORPORA is not set');
      return;
    }
    const folder = path.join(INTIMAIL_CORPORA, 'mime/james-ics');
    for (const name of ['meeting', 'meeting_2', 'ics_with_error', 'meeting_without_sequence']) {
      put(name, fs.readFileSync(path.join(folder, `${name}.ics`), 'utf8').replace(/\r/g, ''), { from: 'Somebody <somebody@example.org>' });
      await rowOf(anna, name).first().waitFor();
      await open(anna, name);
      assert.match(await textOf(anna), /Sprint/);
      await screenshot(anna, `invitation-${name}`);
    }
    assert.match(await textOf(anna), /it is over/);
  });

  await step('both languages, light and dark, wide and on a phone', async () => {
    for (const locale of ['en-GB', 'fr-FR']) {
      for (const colorScheme of ['light', 'dark']) {
        for (const [size, viewport] of [['wide', WIDE], ['phone', PHONE]]) {
          const page = await openPage(browser, { locale, colorScheme, viewport, timezoneId: 'Europe/Paris' });
          await signIn(page, 'anna', ANNA_PASSWORD);
          await rowOf(page, 'Lunch is off').waitFor();
          await open(page, 'Lunch');
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(wide <= 0, `the page is ${wide} pixels wider than its window`);
          for (const button of await page.locator('.invitation-answers button').all()) {
            const { width, height } = await button.boundingBox();
            assert.ok(height < 50 && width > height, 'words of a button are in one line');
          }
          await screenshot(page, `invitation-${size}-${colorScheme}-${locale.slice(0, 2)}`);
          assertClean(page);
          await page.context().close();
        }
      }
    }
  });
  assertClean(paul);
});
