// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A message that is being written: what it says, its files, and its copy in Drafts.

import { batch, effect, signal } from '@preact/signals';

import { explain } from './actions';
import { distinct } from './address';
import { bigFileOffer, createBigFile, describeLink, endBigFile, updateBigFile, type BigFile, type Wish } from './big-files';
import { HttpError, MethodError, NetworkError } from './jmap-client';
import { insertBlock, removeBlock } from './link-text';
import { createdId } from './mailboxes';
import { meet } from './message-cache';
import { upload } from './upload';
import type { Hold } from './send-times';
import { holdForUndo, submissionOf } from './sending';
import { client, identities, mailboxOf, need } from './store';
import { t } from './strings';
import type { Address, BodyPart, Email, GetResult, Id, SetResult } from './jmap-types';

const AUTOSAVE = 4000;

export interface Attachment {
  key: number;
  name: string;
  type: string;
  size: number;
  blobId: Id | null;
  /** 0 to 1 */
  progress: number;
  error: string;
  abort: AbortController;
  file: File | null;
  /** it goes as a link in the text; `link` is there when the server keeps the file */
  asLink?: boolean;
  link?: BigFile;
}

/** What one message may carry, as the server says. */
export function attachmentLimit(): number | null {
  const jmap = client.value;
  const account = jmap?.session.accounts[jmap.accountId];
  const mail = account?.accountCapabilities?.['urn:ietf:params:jmap:mail']?.maxSizeAttachmentsPerEmail;
  return mail ?? jmap?.session.capabilities['urn:ietf:params:jmap:core']?.maxSizeUpload ?? null;
}

/** The bytes that the message itself carries. */
export function attachedSize(files: Attachment[]): number {
  return files.reduce((total, file) => total + (file.asLink ? 0 : file.size), 0);
}

export interface DraftStart {
  to?: Address[];
  cc?: Address[];
  bcc?: Address[];
  subject?: string;
  text?: string;
  attachments?: Attachment[];
  inReplyTo?: string[] | null;
  references?: string[] | null;
  identityId?: Id;
  savedId?: Id;
  answers?: { id: Id; keyword: '$answered' | '$forwarded' };
}

let counter = 0;

/** The files of a message that exists: the server has them already. */
export function fromParts(parts: BodyPart[]): Attachment[] {
  return parts
    .filter((part) => part.blobId !== null)
    .map((part) => ({
      key: ++counter,
      name: part.name ?? (part.type === 'message/rfc822' ? 'message.eml' : part.intimailFileName ?? 'file'),
      type: part.type, size: part.size, blobId: part.blobId, progress: 1, error: '',
      abort: new AbortController(), file: null,
    }));
}

export class Draft {
  readonly key = ++counter;
  readonly to = signal<Address[]>([]);
  readonly cc = signal<Address[]>([]);
  readonly bcc = signal<Address[]>([]);
  readonly subject = signal('');
  readonly text = signal('');
  readonly identityId = signal<Id | undefined>(undefined);
  readonly attachments = signal<Attachment[]>([]);
  readonly minimised = signal(false);
  readonly dirty = signal(false);
  readonly status = signal<'' | 'saving' | 'saved' | 'sending'>('');
  readonly error = signal('');
  readonly answers: DraftStart['answers'];

  /** the copy in Drafts */
  savedId: Id | null;

  private readonly inReplyTo: string[] | null;
  private readonly references: string[] | null;
  private readonly startText: string;
  private timer = 0;
  private saving: Promise<void> | null = null;
  private stopWatching: () => void;

  constructor(start: DraftStart) {
    this.to.value = start.to ?? [];
    this.cc.value = start.cc ?? [];
    this.bcc.value = start.bcc ?? [];
    this.subject.value = start.subject ?? '';
    this.text.value = this.startText = start.text ?? '';
    this.attachments.value = start.attachments ?? [];
    this.identityId.value = start.identityId ?? identities.value[0]?.id;
    this.inReplyTo = start.inReplyTo ?? null;
    this.references = start.references ?? null;
    this.savedId = start.savedId ?? null;
    this.answers = start.answers;
    let first = true;
    this.stopWatching = effect(() => {
      void [this.to.value, this.cc.value, this.bcc.value, this.subject.value, this.text.value, this.identityId.value];
      void this.attachments.value.map((attachment) => attachment.blobId).join();
      if (!first) this.touch();
      first = false;
    });
  }

  private touch(): void {
    if (this.status.peek() === 'sending') return;
    this.dirty.value = true;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save().catch(() => undefined), AUTOSAVE);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.stopWatching();
    for (const attachment of this.attachments.value) attachment.abort.abort();
  }

  isEmpty(): boolean {
    const people = this.to.value.length + this.cc.value.length + this.bcc.value.length;
    return this.savedId === null && people === 0 && !this.subject.value.trim() && !this.text.value.trim() && this.attachments.value.length === 0;
  }

  /** Nothing was written since it was opened. */
  isUntouched(): boolean {
    return !this.dirty.value && this.savedId === null && this.text.value === this.startText;
  }

  uploading(): boolean {
    return this.attachments.value.some((attachment) => attachment.blobId === null && !attachment.error);
  }

  addFiles(files: Iterable<File>): void {
    const added = [...files].map((file): Attachment => ({
      key: ++counter, name: file.name, type: file.type || 'application/octet-stream', size: file.size,
      blobId: null, progress: 0, error: '', abort: new AbortController(), file,
    }));
    let sum = attachedSize(this.attachments.value);
    for (const one of added) {
      one.asLink = this.isTooMuch(one.size, sum);
      if (!one.asLink) sum += one.size;
    }
    this.attachments.value = [...this.attachments.value, ...added];
    for (const attachment of added) void this.sendFile(attachment);
  }

  /** A file that rather goes as a link, as the message carries `sum` bytes already. */
  private isTooMuch(size: number, sum: number): boolean {
    const offer = bigFileOffer();
    const limit = attachmentLimit();
    return offer !== null && (size > offer.over || (limit !== null && sum + size > limit));
  }

  private change(key: number, change: Partial<Attachment>): void {
    this.attachments.value = this.attachments.value.map((one) => (one.key === key ? { ...one, ...change } : one));
  }

  async sendFile(attachment: Attachment): Promise<void> {
    const { key, file, abort } = attachment;
    const max = need().session.capabilities['urn:ietf:params:jmap:core']?.maxSizeUpload;
    if (!file) return;
    if (max && file.size > max) {
      this.change(key, { error: t().fileTooLarge(max) });
      return;
    }
    this.change(key, { error: '', progress: 0 });
    try {
      const { blobId, type } = await upload(file, abort.signal, (progress) => this.change(key, { progress }));
      if (attachment.asLink) await this.keepAsLink({ ...attachment, blobId });
      this.change(key, { blobId, progress: 1, type: attachment.type || type });
    } catch (error) {
      if (abort.signal.aborted) return;
      const tooLarge = error instanceof HttpError && error.status === 413;
      this.change(key, { error: tooLarge ? t().fileTooLarge(max ?? 0) : explain(error) });
    }
  }

  private async keepAsLink({ key, blobId, name, type, abort }: Attachment): Promise<void> {
    const link = await createBigFile(blobId!, name, type);
    // The file was taken out of the message meanwhile.
    if (abort.signal.aborted) {
      await endBigFile(link.id);
      return;
    }
    this.text.value = insertBlock(this.text.value, this.startText, describeLink(link));
    this.change(key, { asLink: true, link });
  }

  /** An attachment that is there already goes as a link, and not in the message. */
  async makeLink(attachment: Attachment): Promise<void> {
    try {
      await this.keepAsLink(attachment);
    } catch (error) {
      this.error.value = explain(error);
    }
  }

  /** Says anew until when a link is good, or with which password. */
  async changeLink({ key, link }: Attachment, wish: Wish): Promise<void> {
    if (!link) return;
    try {
      await updateBigFile(link.id, wish);
      const { password, ...rest } = wish;
      const next = { ...link, ...rest, ...(password === undefined ? {} : { hasPassword: password !== null }) };
      this.text.value = this.text.value.replace(describeLink(link), () => describeLink(next));
      this.change(key, { link: next });
    } catch (error) {
      this.error.value = explain(error);
    }
  }

  private endLink(link: BigFile | undefined): void {
    if (!link) return;
    this.text.value = removeBlock(this.text.value, describeLink(link));
    void endBigFile(link.id).catch(() => undefined);
  }

  removeAttachment(key: number): void {
    const removed = this.attachments.value.find((one) => one.key === key);
    removed?.abort.abort();
    this.endLink(removed?.link);
    this.attachments.value = this.attachments.value.filter((one) => one.key !== key);
  }

  /** The files that are parts of the message. */
  private carried(): Attachment[] {
    return this.attachments.value.filter((one) => one.blobId !== null && !one.asLink);
  }

  private emailObject(mailboxId: Id): Record<string, unknown> {
    const identity = identities.value.find((one) => one.id === this.identityId.value) ?? identities.value[0];
    const files = this.carried();
    const text = this.text.value.replace(/\r\n?/g, '\n');
    return {
      mailboxIds: { [mailboxId]: true },
      keywords: { $draft: true, $seen: true },
      from: identity ? [{ name: identity.name || null, email: identity.email }] : null,
      to: nullIfEmpty(this.to.value),
      cc: nullIfEmpty(this.cc.value),
      bcc: nullIfEmpty(this.bcc.value),
      subject: this.subject.value.trim(),
      ...(this.inReplyTo ? { inReplyTo: this.inReplyTo } : {}),
      ...(this.references ? { references: this.references } : {}),
      textBody: [{ partId: 'text', type: 'text/plain' }],
      bodyValues: { text: { value: text } },
      ...(files.length > 0
        ? { attachments: files.map(({ blobId, type, name }) => ({ blobId, type, name, disposition: 'attachment' })) }
        : {}),
    };
  }

  /** Writes the copy in Drafts anew; two never run at once. */
  save(): Promise<void> {
    clearTimeout(this.timer);
    const before = this.saving ?? Promise.resolve();
    const mine = before.catch(() => undefined).then(() => this.write());
    this.saving = mine;
    return mine;
  }

  private async write(): Promise<void> {
    const box = mailboxOf('drafts');
    if (!box || !this.dirty.value || this.status.value === 'sending') return;
    this.status.value = 'saving';
    this.dirty.value = false;
    try {
      const result = await need().call<SetResult<{ id: Id }>>('Email/set', {
        create: { draft: this.emailObject(box.id) },
        ...(this.savedId ? { destroy: [this.savedId] } : {}),
      });
      this.savedId = createdId(result, 'draft');
      await this.renewBlobs(this.savedId);
      if (this.status.value === 'saving') this.status.value = 'saved';
      this.error.value = '';
    } catch (error) {
      this.dirty.value = true;
      if (this.status.value === 'saving') this.status.value = '';
      this.error.value = t().draftNotSaved(explain(error));
      throw error;
    }
  }

  /** The files are now parts of the new copy; those of the old one, or the uploads, go away in time. */
  private async renewBlobs(id: Id): Promise<void> {
    const files = this.carried();
    if (files.length === 0) return;
    const got = await need().call<GetResult<Email>>('Email/get', { ids: [id], properties: ['attachments'] });
    const parts = got.list[0]?.attachments ?? [];
    if (parts.length !== files.length) return;
    const renewed = new Map(files.map((file, i) => [file.key, parts[i]!.blobId]));
    batch(() => {
      const wasDirty = this.dirty.value;
      this.attachments.value = this.attachments.value.map((one) => ({ ...one, blobId: renewed.get(one.key) ?? one.blobId }));
      queueMicrotask(() => {
        if (!wasDirty) {
          this.dirty.value = false;
          clearTimeout(this.timer);
        }
      });
    });
  }

  /**
   * Sends, at once or later; when it is fulfilled the message is on its way and its copy is in Sent, or
   * it waits among the drafts: then the submission is given that can be called back.
   */
  async send(hold: Hold | null = holdForUndo()): Promise<Id | null> {
    clearTimeout(this.timer);
    await this.saving?.catch(() => undefined);
    const box = mailboxOf('drafts');
    const sent = mailboxOf('sent');
    const identityId = this.identityId.value ?? identities.value[0]?.id;
    let waiting: Id | null = null;
    if (!box || !sent || !identityId) throw new MethodError('serverFail', t().noDraftsOrSent);
    this.status.value = 'sending';
    this.error.value = '';
    try {
      waiting = await this.submit(box.id, sent.id, identityId, hold);
    } catch (error) {
      this.status.value = '';
      this.error.value = error instanceof NetworkError ? t().sendUnknown : explain(error);
      throw error;
    }
    for (const person of distinct([...this.to.value, ...this.cc.value, ...this.bcc.value])) meet(person);
    this.dirty.value = false;
    return waiting;
  }

  private async submit(draftsId: Id, sentId: Id, identityId: Id, hold: Hold | null): Promise<Id | null> {
    const jmap = need();
    const email = jmap.call<SetResult<{ id: Id }>>('Email/set', {
      create: { mail: this.emailObject(draftsId) },
      ...(this.savedId ? { destroy: [this.savedId] } : {}),
    });
    const people = distinct([...this.to.value, ...this.cc.value, ...this.bcc.value]).map((one) => one.email);
    const from = identities.value.find((one) => one.id === identityId)?.email;
    const wanted = submissionOf({ emailId: '#mail', identityId, from, people, hold, draftsId, sentId });
    const submission = jmap.call<SetResult<{ id: Id }>>('EmailSubmission/set', wanted);
    this.savedId = createdId(await email, 'mail');
    const id = createdId(await submission, 'sending');
    if (this.answers) {
      const update = { [this.answers.id]: { [`keywords/${this.answers.keyword}`]: true } };
      await jmap.call('Email/set', { update }).catch(() => undefined);
    }
    return hold ? id : null;
  }

  /** Removes the copy in Drafts. */
  async discard(): Promise<void> {
    await this.saving?.catch(() => undefined);
    for (const { link } of this.attachments.value) if (link) void endBigFile(link.id).catch(() => undefined);
    if (this.savedId) await need().call('Email/set', { destroy: [this.savedId] });
    this.dirty.value = false;
  }
}

function nullIfEmpty(list: Address[]): Address[] | null {
  return list.length > 0 ? list : null;
}
