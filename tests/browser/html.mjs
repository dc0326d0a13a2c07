// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Mail that attacks: every vector of the public collections is opened in the page. None may run
// a script, load a byte from elsewhere, leave its frame, or keep what could do so.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

import { assertClean, messageFrame, openPage, rowOf, screenshot, signIn, step, url, withBrowser } from './browser.mjs';

const { ANNA_PASSWORD, PAGE_INBOX, INTIMAIL_CORPORA } = process.env;

const OWN = [
  '<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>',
  '<iframe src="https://elsewhere.example/"></iframe><object data="https://elsewhere.example/x"></object>',
  '<form action="https://elsewhere.example/"><input name=password><button>Sign in</button></form>',
  '<style>@import "https://elsewhere.example/a.css"; p { background: u\\72l(https://elsewhere.example/b) } /* */ body{background:url(https://elsewhere.example/c)}</style><p>x</p>',
  '<img srcset="https://elsewhere.example/1 1x"><video poster="https://elsewhere.example/2"></video><table background="https://elsewhere.example/3"><tr><td>x</td></tr></table>',
  '<a href="javascript:alert(4)">x</a><a href="data:text/html,<script>alert(5)</script>">y</a><base href="https://elsewhere.example/">',
  '<meta http-equiv="refresh" content="0; url=https://elsewhere.example/"><link rel="stylesheet" href="https://elsewhere.example/4.css">',
  '<div id="page" class="panes" name="getElementById" style="position:fixed;inset:0;z-index:999999">over everything</div>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(6)&gt;">',
];

function vectors() {
  if (!INTIMAIL_CORPORA) {
    console.log('# INTIMAIL_CORPORA is not set: only the vectors of this file are opened');
    return OWN;
  }
  const read = (name) => fs.readFileSync(path.join(INTIMAIL_CORPORA, 'html', name), 'utf8');
  return [
    ...OWN,
    read('httpleaks/leak.html'),
    ...JSON.parse(read('dompurify/expect-even.json')).map((one) => one.payload),
    ...JSON.parse(read('owasp-xss/vectors.json')).map((one) => one.payload),
    ...JSON.parse(read('html5lib-sanitizer/tests1.dat')).map((one) => one.input),
  ];
}

const START = Date.now();

/** A mail put into the Maildir as another program would; `at` orders them. */
function put(html, at, count) {
  const body = Buffer.from(`<p>case ${at}</p>${html}`, 'utf8').toString('base64').replace(/.{76}/g, '$&\n');
  const mail = [
    'From: Mallory <mallory@example.org>', 'To: Anna <anna@home.example>', `Subject: Vector ${at}`,
    `Message-ID: <vector.${at}@example.org>`, `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`, 'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8', 'Content-Transfer-Encoding: base64', '', body, '',
  ].join('\n');
  const name = `${Math.floor(Date.now() / 1000)}.V${at}.test`;
  const temporary = path.join(PAGE_INBOX, 'tmp', name);
  fs.writeFileSync(temporary, mail, { mode: 0o600 });
  // The first vector is the newest mail, so that one walks down the list. All count from one
  // moment: on a slow disk a second goes by between two.
  const when = new Date(START + (count - at) * 1000);
  fs.utimesSync(temporary, when, when);
  fs.renameSync(temporary, path.join(PAGE_INBOX, 'new', name));
}

/** What is in the frame's document and should not be. Runs there. */
function findForbidden() {
  const found = [];
  const loads = /^(src|srcset|background|poster|data|href|xlink:href|action|formaction|ping|cite|longdesc)$/i;
  for (const element of document.querySelectorAll('*')) {
    if (element.matches('head > script[src^="/assets/frame.js"]')) continue;
    if (/^(script|iframe|object|embed|form|input|button|svg|math|link|base|video|audio)$/i.test(element.localName) && !element.closest('head') && !element.matches('.intimail-fold')) {
      found.push(`element ${element.localName}`);
    }
    for (const { name, value } of element.attributes) {
      if (element.closest('head') && !element.matches('style')) continue;
      if (/^on/i.test(name) || /^(id|name)$/i.test(name)) found.push(`attribute ${name}=${value}`);
      if (element.localName === 'a' && name === 'href') {
        if (!/^(https?:|mailto:|tel:|#)/i.test(value)) found.push(`link ${value}`);
      } else if (loads.test(name) && !/^data:image\//.test(value)) found.push(`${element.localName} ${name}=${value}`);
      if (name === 'style' && /url\(|expression|@import|javascript:/i.test(value)) found.push(`style ${value}`);
    }
    if (element.localName === 'style' && /url\(|@import|https?:|expression\(|javascript:/i.test(element.textContent)) found.push(`sheet ${element.textContent.slice(0, 300)}`);
  }
  return found;
}

await withBrowser(async (browser) => {
  const all = vectors();
  all.forEach((html, at) => put(html, at, all.length));
  const page = await openPage(browser);
  page.on('framenavigated', (frame) => {
    if (frame !== page.mainFrame() && !/\/frame(\?remote=1)?$|^about:/.test(frame.url())) page.bad.push(`went to ${frame.url()}`);
  });
  await signIn(page, 'anna', ANNA_PASSWORD);
  await rowOf(page, 'Vector 0').first().waitFor();

  await step(`${all.length} vectors run nothing and load nothing`, async () => {
    await page.locator('.row', { hasText: /Vector 0$|Vector 0\D/ }).first().click();
    for (let at = 0; at < all.length; at++) {
      await page.waitForFunction((subject) => document.querySelector('.message-subject')?.textContent === subject, `Vector ${at}`);
      const frame = await messageFrame(page);
      await frame.waitForFunction((text) => document.body.textContent.includes(text), `case ${at}`, { polling: 50 });
      assert.deepEqual(await frame.evaluate(findForbidden), [], `vector ${at}: ${all[at].slice(0, 300)}`);
      assert.deepEqual(page.bad, [], `vector ${at}: ${all[at].slice(0, 300)}`);
      if (at + 1 < all.length) await page.keyboard.press('j');
    }
  });

  await step('the page around is as it was', async () => {
    assert.equal(await page.locator('#page').count(), 1);
    assert.equal(await page.locator('iframe').count(), 1);
    assertClean(page);
  });

  await step('pictures of the network come when they are asked for, and only pictures', async () => {
    const asked = [];
    await page.route(/^https:\/\/pictures\.example\//, (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await page.fill('#search', 'strawberries');
    await page.keyboard.press('Enter');
    await rowOf(page, 'Market on Saturday').click();
    const frame = await messageFrame(page);
    await frame.getByText('from nine to noon').waitFor();
    await screenshot(page, 'pictures-blocked');
    assert.deepEqual(asked, []);
    await page.getByRole('button', { name: 'Show pictures' }).click();
    for (let i = 0; asked.length === 0 && i < 200; i++) await new Promise((resolve) => setTimeout(resolve, 25));
    assert.deepEqual(asked, ['https://pictures.example/market.png']);
    page.bad = page.bad.filter((what) => what !== 'request: https://pictures.example/market.png');
    assertClean(page);
  });

  await step('the frame can reach neither page nor session', async () => {
    const frame = await messageFrame(page);
    const reached = await frame.evaluate(async (address) => {
      const tries = {
        cookie: () => document.cookie,
        parent: () => parent.document.title,
        storage: () => localStorage.length,
        fetch: () => fetch(`${address}/.well-known/jmap`),
      };
      const open = [];
      for (const [name, run] of Object.entries(tries)) {
        try {
          await run();
          open.push(name);
        } catch {
          // shut, as it should be
        }
      }
      return open;
    }, url);
    assert.deepEqual(reached, []);
  });
});
