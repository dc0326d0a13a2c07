// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A real Chromium with a new profile, and what a person does in it.
//
// From the environment: PAGE_URL (the webmail), BROWSER_PACKAGES (where playwright-core is),
// SCREENSHOTS (a folder), CHROMIUM (default: /usr/bin/chromium).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(path.join(process.env.BROWSER_PACKAGES, 'package.json'));
const { chromium } = require('playwright-core');

export const url = process.env.PAGE_URL;
export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** Runs `story` with a browser of its own, whose profile is new and goes with it. */
export async function withBrowser(story) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
  try {
    await story(browser);
  } catch (error) {
    await showFailure(browser);
    throw error;
  } finally {
    await browser.close();
  }
}

async function showFailure(browser) {
  const pages = browser.contexts().flatMap((context) => context.pages());
  for (const [i, page] of pages.entries()) {
    await screenshot(page, `failed-${i}`).catch(() => undefined);
    console.log(`# page ${i}:`, page.url(), await page.locator('[role=alert], .toast').allTextContents().catch(String), page.bad);
  }
}

export async function step(name, run) {
  const start = Date.now();
  await run();
  console.log(`ok - ${name} (${Date.now() - start} ms)`);
}

export async function screenshot(page, name) {
  const folder = process.env.SCREENSHOTS;
  fs.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled' });
}

/**
 * A page with cookies of its own, that collects what must not be: errors, dialogs, requests to elsewhere. What it
 * sends can be called back for `undo` seconds; null leaves that as it is for everybody.
 */
export async function openPage(browser, options = {}, undo = 0) {
  const context = await browser.newContext({ viewport: WIDE, locale: 'en-GB', ...options });
  if (undo !== null) {
    await context.addInitScript((seconds) => {
      // A mail's own frame has no storage.
      try { localStorage.setItem('intimail-undo-seconds', String(seconds)); } catch { /* nothing to set */ }
    }, undo);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.bad = [];
  page.on('pageerror', (error) => page.bad.push(`error: ${error.stack}`));
  page.on('dialog', (dialog) => {
    page.bad.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => page.bad.push(`popup: ${popup.url()}`));
  page.on('request', (request) => {
    if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(`${url}/`)) page.bad.push(`request: ${request.url()}`);
  });
  return page;
}

export function assertClean(page) {
  assert.deepEqual(page.bad, []);
}

export async function signIn(page, login, password) {
  await page.goto(`${url}/`);
  await page.fill('[name=login]', login);
  await page.fill('[name=password]', password);
  await page.click('button[type=submit]');
  await page.waitForSelector('.panes');
}

export function rowOf(page, text) {
  return page.locator('.row:not(.placeholder)', { hasText: text });
}

export function mailbox(page, name) {
  return page.locator('.mailbox-row', { has: page.locator('.mailbox-name', { hasText: new RegExp(`^${name}$`) }) });
}

export async function openMailbox(page, name) {
  await mailbox(page, name).locator('.mailbox-button').click();
  await page.waitForFunction((wanted) => document.querySelector('.list .title')?.firstChild?.textContent === wanted, name);
  await page.waitForFunction(() => document.querySelector('.rows-scroller')?.getAttribute('aria-busy') === 'false');
}

/** The document inside the frame of the open message, once it shows something. */
export async function messageFrame(page) {
  const handle = await page.waitForSelector('.message-frame');
  const frame = await handle.contentFrame();
  // Not with each animation frame, which a frame outside of the view has none of. A document that
  // has only just begun has no element yet.
  await frame.waitForFunction(() => Boolean(document.documentElement?.className), null, { polling: 50 });
  return frame;
}
