// SPDX-License-Identifier: LGPL-2.1-or-later

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { expandTemplate, HttpError, JmapClient, MethodError, NetworkError, type Invocation } from '../src/jmap-client';
import type { Session } from '../src/jmap-types';

const session = {
  apiUrl: 'http://other.example/jmap/api',
  downloadUrl: 'http://other.example/jmap/download/{accountId}/{blobId}/{name}?type={type}',
} as Session;

interface Sent {
  url: string;
  calls: Invocation[];
}

/** A server that answers each call through `answer`, after the given statuses. */
function makeClient(answer: (call: Invocation) => Invocation[], statuses: number[] = [], signIn = async () => {}) {
  const sent: Sent[] = [];
  const client = new JmapClient(session, 'a1', signIn, async (url, init) => {
    const calls = (JSON.parse(String(init.body)) as { methodCalls: Invocation[] }).methodCalls;
    sent.push({ url, calls });
    const status = statuses.shift() ?? 200;
    if (status !== 200) return new Response(JSON.stringify({ detail: 'no' }), { status, headers: { 'Retry-After': '7' } });
    return new Response(JSON.stringify({ methodResponses: calls.flatMap(answer) }));
  });
  return { client, sent };
}

const echo = ([name, args, id]: Invocation): Invocation[] => [[name, args, id]];

test('jmap client: calls of one turn travel together, in order', async () => {
  const { client, sent } = makeClient(echo);
  const first = client.call('Email/query', { limit: 1 });
  const second = client.call('Email/get', { '#ids': first.ref('/ids') });
  await Promise.all([first, second]);
  await client.call('Core/echo', {});
  assert.equal(sent.length, 2);
  assert.equal(sent[0]!.url, '/jmap/api');
  const [query, get] = sent[0]!.calls;
  assert.deepEqual(get![1]['#ids'], { resultOf: query![2], name: 'Email/query', path: '/ids' });
  assert.equal(query![1].accountId, 'a1');
  assert.ok(new Set(sent.flatMap((one) => one.calls.map((call) => call[2]))).size === 3);
});

test('jmap client: what changes something waits for the change before, and reading does not', async () => {
  const sent: string[] = [];
  const answers: (() => void)[] = [];
  const client = new JmapClient(session, 'a1', async () => {}, async (_, init) => {
    const [call] = (JSON.parse(String(init.body)) as { methodCalls: Invocation[] }).methodCalls;
    sent.push(call![0]);
    await new Promise<void>((resolve) => answers.push(resolve));
    if (call![0] === 'Email/import') throw new TypeError('lost');
    return new Response(JSON.stringify({ methodResponses: [call] }));
  });
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  const imported = client.call('Email/import', {});
  await turn();
  const set = client.call('Email/set', {});
  await turn();
  const got = client.call('Email/get', {});
  await turn();
  assert.deepEqual(sent, ['Email/import', 'Email/get']);
  answers[0]!();
  await assert.rejects(imported, (error) => error instanceof NetworkError);
  await turn();
  assert.deepEqual(sent, ['Email/import', 'Email/get', 'Email/set']);
  answers.forEach((answer) => answer());
  await Promise.all([set, got]);
});

test('jmap client: one method’s error is its own', async () => {
  const { client } = makeClient(([name, args, id]) => [name === 'Bad' ? ['error', { type: 'unknownMethod' }, id] : [name, args, id]]);
  const bad = client.call('Bad', {});
  const good = client.call<{ x: number }>('Good', { x: 1 });
  assert.equal((await good).x, 1);
  await assert.rejects(bad, (error) => error instanceof MethodError && error.type === 'unknownMethod');
});

test('jmap client: an implicit second response is not taken for the first', async () => {
  const { client } = makeClient(([name, , id]) => [[name, { own: true }, id], ['Email/set', { own: false }, id]]);
  assert.deepEqual(await client.call('EmailSubmission/set', {}), { own: true });
});

test('jmap client: a call without an answer fails', async () => {
  const { client } = makeClient(() => []);
  await assert.rejects(client.call('Email/get', {}), (error) => error instanceof MethodError);
});

test('jmap client: the session ends, the request is sent again after signing in', async () => {
  let asked = 0;
  const { client, sent } = makeClient(echo, [401, 401], async () => void asked++);
  assert.ok(await client.call('Core/echo', {}));
  assert.deepEqual([asked, sent.length], [2, 3]);
  assert.deepEqual(sent[0], sent[2]);
});

test('jmap client: statuses and lost connections are told apart', async () => {
  const { client } = makeClient(echo, [429]);
  await assert.rejects(client.call('x', {}), (error) => error instanceof HttpError && error.status === 429 && error.retryAfter === 7 && error.message === 'no');
  const lost = new JmapClient(session, 'a1', async () => {}, () => Promise.reject(new TypeError('failed to fetch')));
  const both = [lost.call('x', {}), lost.call('y', {})];
  for (const call of both) await assert.rejects(call, (error) => error instanceof NetworkError);
});

test('jmap client: templates', async () => {
  const { client } = makeClient(echo);
  assert.equal(client.downloadUrl('p1', 'é /?.pdf', 'application/pdf'), '/jmap/download/a1/p1/%C3%A9%20%2F%3F.pdf?type=application%2Fpdf');
  assert.equal(expandTemplate('https://x.example/a/{b}/{c}', { b: '1' }), '/a/1/');
});

test('jmap client: settled when what is under way has its answer, or has failed', async () => {
  const answers: ((lost: boolean) => void)[] = [];
  const client = new JmapClient(session, 'a1', async () => {}, async (_, init) => {
    const [call] = (JSON.parse(String(init.body)) as { methodCalls: Invocation[] }).methodCalls;
    if (await new Promise<boolean>((resolve) => answers.push(resolve))) throw new TypeError('lost');
    return new Response(JSON.stringify({ methodResponses: [call] }));
  });
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  let settled = false;
  void client.call('Email/get', {});
  await turn();
  void client.call('Email/changes', {});
  await turn();
  void client.settled().then(() => (settled = true));
  void client.call('Email/query', {});
  await turn();
  answers[0]!(false);
  await turn();
  assert.ok(!settled);
  answers[1]!(true);
  await turn();
  assert.ok(settled);
  answers[2]!(false);
});
