// SPDX-License-Identifier: LGPL-2.1-or-later
//
// usage: node check.mjs ORIGIN TOKEN
//
// jmap-jam is somebody else's client: what it is given must be what it expects.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import JamClient from 'jmap-jam';

const [origin, token] = process.argv.slice(2);
const jam = new JamClient({ sessionUrl: `${origin}/.well-known/jmap`, bearerToken: token });

const session = await jam.session;
assert.ok(session.capabilities['urn:ietf:params:jmap:core'].maxCallsInRequest >= 16);
const accountId = await jam.getPrimaryAccount();
assert.equal(accountId, session.primaryAccounts['urn:ietf:params:jmap:mail']);

const [{ list: mailboxes }] = await jam.api.Mailbox.get({ accountId });
const roles = new Set(mailboxes.map((mailbox) => mailbox.role));
for (const role of ['inbox', 'sent', 'drafts', 'trash', 'junk', 'archive']) assert.ok(roles.has(role), role);
const inbox = mailboxes.find((mailbox) => mailbox.role === 'inbox');

// A message goes up as it is, and into the inbox.
const text = [
  'From: Ada Lovelace <ada@home.example>',
  'To: ada@home.example',
  'Subject: =?utf-8?q?Caf=C3=A9?=',
  'Message-ID: <jam@home.example>',
  'Date: Sun, 22 Nov 2026 10:00:00 +0100',
  '',
  'Hello from jam.',
  '',
].join('\r\n');
const uploaded = await jam.uploadBlob(accountId, text);
assert.equal(uploaded.size, text.length);
const [imported] = await jam.api.Email.import({
  accountId,
  emails: { one: { blobId: uploaded.blobId, mailboxIds: { [inbox.id]: true } } },
});
const { id, blobId } = imported.created.one;

const [{ found, emails }] = await jam.requestMany((t) => {
  const query = t.Email.query({ accountId, filter: { inMailbox: inbox.id, subject: 'café' }, limit: 10 });
  const get = t.Email.get({
    accountId,
    ids: query.$ref('/ids'),
    properties: ['id', 'subject', 'from', 'keywords', 'bodyValues', 'textBody'],
    fetchTextBodyValues: true,
  });
  return { found: query, emails: get };
});
assert.deepEqual(found.ids, [id]);
const [email] = emails.list;
assert.equal(email.subject, 'Café');
assert.deepEqual(email.from, [{ name: 'Ada Lovelace', email: 'ada@home.example' }]);
assert.equal(email.bodyValues[email.textBody[0].partId].value.trim(), 'Hello from jam.');

const [changed] = await jam.api.Email.set({ accountId, update: { [id]: { 'keywords/$seen': true } } });
assert.ok(id in changed.updated);
const [{ list: seen }] = await jam.api.Email.get({ accountId, ids: [id], properties: ['keywords'] });
assert.deepEqual(seen[0].keywords, { $seen: true });

const message = await jam.downloadBlob({ accountId, blobId, mimeType: 'message/rfc822', fileName: 'message.eml' });
assert.equal(message.headers.get('content-type'), 'message/rfc822');
assert.ok(message.headers.get('content-disposition').startsWith('attachment'));
assert.equal(await message.text(), text);

// Bytes of any kind come back as they went.
const bytes = randomBytes(1_000_003);
const file = await jam.uploadBlob(accountId, new Blob([bytes], { type: 'application/zip' }));
assert.equal(file.type, 'application/zip');
const back = await jam.downloadBlob({ accountId, blobId: file.blobId, mimeType: 'application/zip', fileName: 'a b/é.zip' });
assert.ok(Buffer.from(await back.arrayBuffer()).equals(bytes));

const [destroyed] = await jam.api.Email.set({ accountId, destroy: [id] });
assert.deepEqual(destroyed.destroyed, [id]);
console.log('jmap-jam is content');
