// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Files on their way to the server. XMLHttpRequest, as fetch() tells no progress.

import { HttpError, NetworkError } from './jmap-client';
import { need } from './store';
import type { Id } from './jmap-types';

export interface Uploaded {
  blobId: Id;
  type: string;
  size: number;
}

function sendOnce(url: string, file: File, signal: AbortSignal, progress: (part: number) => void): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = (event) => progress(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new NetworkError('upload'));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

export async function upload(file: File, signal: AbortSignal, progress: (part: number) => void): Promise<Uploaded> {
  const jmap = need();
  for (;;) {
    const request = await sendOnce(jmap.uploadUrl(), file, signal, progress);
    if (request.status === 200 || request.status === 201) return JSON.parse(request.responseText) as Uploaded;
    if (request.status !== 401) throw new HttpError(request.status, detailOf(request.responseText));
    await jmap.signInAgain();
  }
}

function detailOf(text: string): string {
  try {
    return (JSON.parse(text) as { detail?: string }).detail ?? '';
  } catch {
    return '';
  }
}
