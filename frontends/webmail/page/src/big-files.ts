// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Files that mail links to: what the server says of them, made, changed and ended.

import { signal } from '@preact/signals';

import { formatDay, formatSize } from './format';
import { RefusedError } from './mailboxes';
import { client, need } from './store';
import { locale, t } from './strings';
import type { GetResult, Id, SetResult } from './jmap-types';

export const BIG_FILES = 'urn:intimail:params:jmap:bigfiles';

/** Whether the dialog with all of them is open. */
export const bigFilesShown = signal(false);

export interface BigFile {
  id: Id;
  name: string;
  type: string;
  size: number;
  url: string;
  expiresAt: string | null;
  hasPassword: boolean;
  maxDownloads: number | null;
  downloads: number;
  isDetached: boolean;
}

export interface Wish {
  expiresAt?: string | null;
  password?: string | null;
}

interface Offer {
  maxSize: number;
  over: number;
}

/** What the server offers; null when it keeps no such files. */
export function bigFileOffer(): Offer | null {
  const jmap = client.value;
  const offer = jmap?.session.accounts[jmap.accountId]?.accountCapabilities?.[BIG_FILES];
  return offer ? { maxSize: offer.maxSize ?? 0, over: offer.over ?? Infinity } : null;
}

export async function listBigFiles(): Promise<BigFile[]> {
  return (await need().call<GetResult<BigFile>>('BigFile/get', { ids: null })).list;
}

export async function createBigFile(blobId: Id, name: string, type: string): Promise<BigFile> {
  const result = await need().call<SetResult<BigFile>>('BigFile/set', { create: { file: { blobId, name, type } } });
  const made = result.created?.file;
  if (!made) throw new RefusedError(result.notCreated?.file ?? { type: 'serverFail' });
  return made;
}

export async function updateBigFile(id: Id, wish: Wish): Promise<void> {
  const result = await need().call<SetResult<BigFile>>('BigFile/set', { update: { [id]: wish } });
  const refused = result.notUpdated?.[id];
  if (refused) throw new RefusedError(refused);
}

/** One that is gone already is as good. */
export async function endBigFile(id: Id): Promise<void> {
  const result = await need().call<SetResult<BigFile>>('BigFile/set', { destroy: [id] });
  const refused = result.notDestroyed?.[id];
  if (refused && refused.type !== 'notFound') throw new RefusedError(refused);
}

/** Takes an attachment out of a message that came; the id of the message that has a link in its place. */
export async function detach(emailId: Id, partId: string): Promise<Id> {
  return (await need().call<{ emailId: Id }>('BigFile/detach', { emailId, partId })).emailId;
}

/** What the message says of a file, between empty lines. */
export function describeLink({ name, size, expiresAt, url }: BigFile): string {
  const until = expiresAt ? `, ${t().linkUntil(formatDay(expiresAt, locale()))}` : '';
  return `${name} (${formatSize(size, locale())})${until}:\n${url}`;
}

/** In so many days; null for ever. */
export function endAfter(days: number): string | null {
  return days > 0 ? new Date(Date.now() + days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z') : null;
}
