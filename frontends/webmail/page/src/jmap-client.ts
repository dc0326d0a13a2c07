// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Calls of JMAP methods. Calls made in the same turn of the event loop travel in one request,
// in the order in which they were made, so that a result reference may name an earlier one.

import type { Session } from './jmap-types';

export const USING = [
  'urn:ietf:params:jmap:core',
  'urn:ietf:params:jmap:mail',
  'urn:ietf:params:jmap:submission',
  'urn:ietf:params:jmap:quota',
  'urn:intimail:params:jmap:bigfiles',
  'urn:intimail:params:jmap:invitations',
];

const CHANGES = /\/(set|import|answer)$/;

export type Arguments = Record<string, unknown>;
export type Invocation = [string, Arguments, string];

/** The server could not be reached, or gave no answer. */
export class NetworkError extends Error {}

/** The server answered with something else than what was asked for. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly retryAfter: number = 0,
    /** a problem type of RFC 7807 */
    readonly type: string = '',
    /** what a problem type of our own says more */
    readonly reason: string = '',
  ) {
    super(detail || `HTTP ${status}`);
  }
}

/** A method-level error of RFC 8620 section 3.6.2. */
export class MethodError extends Error {
  constructor(
    readonly type: string,
    description?: string,
  ) {
    super(description || type);
  }
}

/** A call on its way; its result can be named in the arguments of a later call. */
export interface Call<T> extends Promise<T> {
  ref(path: string): { resultOf: string; name: string; path: string };
}

interface Waiting {
  invocation: Invocation;
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The rest of an absolute URL after its origin: the page only ever talks to where it came from. */
export function withoutOrigin(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*/i, '');
}

export function expandTemplate(template: string, values: Record<string, string>): string {
  return withoutOrigin(template).replace(/\{([a-zA-Z]+)\}/g, (_, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  );
}

export async function problemOf(response: Response): Promise<HttpError> {
  let detail = '';
  let type = '';
  let reason = '';
  try {
    const body = (await response.json()) as { detail?: string; title?: string; type?: string; reason?: string };
    detail = body.detail || body.title || '';
    type = body.type || '';
    reason = body.reason || '';
  } catch {
    // no problem details, then: the status says enough
  }
  return new HttpError(response.status, detail, Number(response.headers.get('Retry-After')) || 0, type, reason);
}

export class JmapClient {
  private waiting: Waiting[] = [];
  private counter = 0;
  private lastChange: Promise<void> = Promise.resolve();
  private readonly underWay = new Set<Promise<void>>();

  /**
   * @param signInAgain - asked when the session is over; when it is fulfilled the request is sent again
   */
  constructor(
    readonly session: Session,
    readonly accountId: string,
    readonly signInAgain: () => Promise<void>,
    private readonly fetcher: Fetch = (url, init) => fetch(url, init),
  ) {}

  call<T>(name: string, args: Arguments): Call<T> {
    const id = `c${this.counter++}`;
    const promise = new Promise<T>((resolve, reject) => {
      const full = { accountId: this.accountId, ...args };
      this.waiting.push({ invocation: [name, full, id], resolve, reject });
      if (this.waiting.length === 1) queueMicrotask(() => this.flush());
    });
    // One failed request fails all its calls; callers look at those that they need.
    promise.catch(() => undefined);
    return Object.assign(promise, {
      ref: (path: string) => ({ resultOf: id, name, path }),
    });
  }

  private flush(): void {
    const batch = this.waiting;
    this.waiting = [];
    // Two requests may overtake each other on the way. One that changes something waits for
    // the one before, or a star that was set and taken away at once would stay.
    if (batch.some((entry) => CHANGES.test(entry.invocation[0]))) this.lastChange = this.lastChange.then(() => this.send(batch));
    else void this.send(batch);
  }

  private send(batch: Waiting[]): Promise<void> {
    const sent = this.exchange(batch).finally(() => this.underWay.delete(sent));
    this.underWay.add(sent);
    return sent;
  }

  /** When every request that is under way now has its answer, or has failed. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async exchange(batch: Waiting[]): Promise<void> {
    try {
      const responses = await this.post(batch.map((entry) => entry.invocation));
      for (const entry of batch) settle(entry, responses);
    } catch (error) {
      for (const entry of batch) entry.reject(error as Error);
    }
  }

  private async post(methodCalls: Invocation[]): Promise<Invocation[]> {
    const response = await this.fetch(withoutOrigin(this.session.apiUrl), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify({ using: USING, methodCalls }),
    });
    const body = (await response.json()) as { methodResponses: Invocation[] };
    return body.methodResponses;
  }

  /** fetch() that signs in again when it has to, and throws on every status but 2xx. */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    for (;;) {
      let response: Response;
      try {
        response = await this.fetcher(url, { credentials: 'same-origin', ...init });
      } catch (error) {
        if ((error as Error).name === 'AbortError') throw error;
        throw new NetworkError((error as Error).message);
      }
      if (response.ok) return response;
      const problem = await problemOf(response);
      if (response.status !== 401) throw problem;
      await this.signInAgain();
    }
  }

  downloadUrl(blobId: string, name: string, type: string): string {
    const values = { accountId: this.accountId, blobId, name: name || 'file', type };
    return expandTemplate(this.session.downloadUrl, values);
  }

  /** All attachments of a message in one file; null where the server packs none. */
  attachmentsUrl(emailId: string, name: string): string | null {
    const template = this.session['intimail:attachmentsUrl'];
    return template ? expandTemplate(template, { accountId: this.accountId, emailId, name }) : null;
  }

  uploadUrl(): string {
    return expandTemplate(this.session.uploadUrl, { accountId: this.accountId });
  }

  eventsUrl(): string {
    const values = { types: '*', closeafter: 'no', ping: '30' };
    return expandTemplate(this.session.eventSourceUrl, values);
  }
}

function settle(entry: Waiting, responses: Invocation[]): void {
  const [name, , id] = entry.invocation;
  const mine = responses.filter((response) => response[2] === id);
  const answer = mine.find((response) => response[0] === name);
  const failure = mine.find((response) => response[0] === 'error')?.[1];
  if (answer) entry.resolve(answer[1] as never);
  else entry.reject(new MethodError(String(failure?.type ?? 'serverFail'), failure?.description as string | undefined));
}
