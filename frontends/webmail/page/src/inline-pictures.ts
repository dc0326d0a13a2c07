// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Pictures that a mail carries and shows in its text. The frame has no session, so the page
// fetches them and hands them in as data: URLs.

import type { BodyPart, Email } from './jmap-types';
import { need } from './store';

const MAX_PICTURE = 8_000_000;
const MAX_ALL = 24_000_000;
const TYPES = /^image\/(png|gif|jpeg|webp|bmp)$/i;

function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('cannot read'));
    reader.readAsDataURL(blob);
  });
}

export async function fetchPicture(part: BodyPart, signal: AbortSignal): Promise<string | null> {
  if (!part.blobId || !TYPES.test(part.type) || part.size > MAX_PICTURE) return null;
  const jmap = need();
  const url = jmap.downloadUrl(part.blobId, part.name ?? 'picture', part.type);
  const response = await jmap.fetch(url, { signal });
  const bytes = await response.arrayBuffer();
  return toDataUrl(new Blob([bytes], { type: part.type.toLowerCase() }));
}

function wanted(email: Email, html: string): BodyPart[] {
  const parts = [...email.attachments, ...email.htmlBody].filter((part) => part.cid && part.blobId);
  const text = html.toLowerCase();
  let room = MAX_ALL;
  return parts.filter((part) => {
    const cid = part.cid!.toLowerCase();
    const used = text.includes(`cid:${cid}`) || text.includes(`cid:${encodeURIComponent(cid).toLowerCase()}`);
    if (!used || part.size > room) return false;
    room -= part.size;
    return true;
  });
}

/** Content-ID -> data: URL, for those that the HTML names. */
export async function inlinePictures(email: Email, html: string, signal: AbortSignal): Promise<Map<string, string>> {
  const pictures = new Map<string, string>();
  const fetched = wanted(email, html).map(async (part) => {
    const data = await fetchPicture(part, signal).catch(() => null);
    if (data) pictures.set(part.cid!, data);
  });
  await Promise.all(fetched);
  return pictures;
}
