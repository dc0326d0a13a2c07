// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What people decide about their own signing in, asked of the server below /auth/.

import { signal } from '@preact/signals';

import { HttpError } from './jmap-client';
import { need } from './store';

export interface AppPassword {
  id: string;
  name: string;
  created: string | null;
  lastUse: string | null;
}

export interface SecondFactor {
  enabled: boolean;
  recoveryCodes: number;
}

/** What a telephone takes over: by hand, by a link, or by a picture of `size` squares. */
export interface Enrolment {
  secret: string;
  uri: string;
  picture: { size: number; path: string };
}

/** An address that ends. */
export interface Alias {
  address: string;
  note: string;
  expires: string | null;
  active: boolean;
}

/** Whether the dialog is shown. */
export const settingsShown = signal(false);

/** Whether the dialog of addresses that end is shown. */
export const aliasesShown = signal(false);

async function ask<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await need().fetch(path, {
    method,
    cache: 'no-store',
    headers: { Accept: 'application/json', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (response.status === 204 ? null : await response.json()) as T;
}

const APP_PASSWORDS = '/auth/app-passwords';
const SECOND_FACTOR = '/auth/second-factor';

export async function listAppPasswords(): Promise<AppPassword[]> {
  return (await ask<{ list: AppPassword[] }>(APP_PASSWORDS)).list;
}

/** The password, which the server does not tell again. */
export async function addAppPassword(name: string): Promise<string> {
  return (await ask<{ password: string }>(APP_PASSWORDS, 'POST', { name })).password;
}

export async function revokeAppPassword(id: string): Promise<void> {
  await ask(`${APP_PASSWORDS}/${encodeURIComponent(id)}`, 'DELETE');
}

const ALIASES = '/auth/aliases';

export async function listAliases(): Promise<Alias[]> {
  return (await ask<{ list: Alias[] }>(ALIASES)).list;
}

export async function addAlias(note: string, expires: Date | null): Promise<void> {
  await ask(ALIASES, 'POST', { note, expires: expires && expires.toISOString() });
}

export async function endAlias(address: string): Promise<void> {
  await ask(`${ALIASES}/${encodeURIComponent(address)}`, 'DELETE');
}

export function getSecondFactor(): Promise<SecondFactor> {
  return ask(SECOND_FACTOR);
}

export function beginSecondFactor(): Promise<Enrolment> {
  return ask(`${SECOND_FACTOR}/begin`, 'POST', {});
}

/** The recovery codes; throws HttpError with 403 when the code is not that of the secret. */
export async function enableSecondFactor(secret: string, code: string): Promise<string[]> {
  return (await ask<{ recoveryCodes: string[] }>(`${SECOND_FACTOR}/enable`, 'POST', { secret, code })).recoveryCodes;
}

/** Other recovery codes; throws HttpError with 403 when the password is wrong. */
export async function renewRecoveryCodes(password: string): Promise<string[]> {
  return (await ask<{ recoveryCodes: string[] }>(`${SECOND_FACTOR}/renew`, 'POST', { password })).recoveryCodes;
}

/** Throws HttpError with 403 when the password is wrong, and 429 when it is too early. */
export async function disableSecondFactor(password: string): Promise<void> {
  await ask(`${SECOND_FACTOR}/disable`, 'POST', { password });
}

/** Shorter ones are not worth a question. */
export const MIN_PASSWORD = 8;

const PASSWORD = '/auth/password';
const WEAK_PASSWORD = 'urn:intimail:problem:weak-password';

/** What is wrong with a password, as the server says it; '' when it is good enough. */
export async function judgePassword(password: string): Promise<string> {
  const judgement = await ask<{ good: boolean; reason: string }>(`${PASSWORD}/judge`, 'POST', { new: password });
  return judgement.good ? '' : judgement.reason;
}

/** The same, and the password is changed when nothing is; throws HttpError with 403 when the old one is wrong. */
export async function changePassword(old: string, wanted: string): Promise<string> {
  try {
    await ask(PASSWORD, 'POST', { old, new: wanted });
    return '';
  } catch (error) {
    if (error instanceof HttpError && error.type === WEAK_PASSWORD) return error.reason;
    throw error;
  }
}
