// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What JMAP says (RFC 8620, 8621, 9425), as far as this page asks.

export type Id = string;
export type Role = 'inbox' | 'sent' | 'drafts' | 'trash' | 'junk' | 'archive';

export interface Session {
  username: string;
  apiUrl: string;
  downloadUrl: string;
  uploadUrl: string;
  eventSourceUrl: string;
  'intimail:attachmentsUrl'?: string;
  state: string;
  primaryAccounts: Record<string, Id>;
  accounts: Record<Id, { name: string; accountCapabilities?: Record<string, MailCapability> }>;
  capabilities: Record<string, CoreCapability>;
}

export interface CoreCapability {
  maxSizeUpload?: number;
  maxCallsInRequest?: number;
}

export interface MailCapability {
  maxSizeAttachmentsPerEmail?: number | null;
  /** of big files */
  maxSize?: number;
  over?: number;
  days?: number;
}

export interface Mailbox {
  id: Id;
  name: string;
  parentId: Id | null;
  role: Role | null;
  sortOrder: number;
  totalEmails: number;
  unreadEmails: number;
}

export interface Address {
  name: string | null;
  email: string;
}

export type IdSet = Record<string, true>;

/** What a row of the list shows. */
export interface EmailRow {
  id: Id;
  threadId: Id;
  mailboxIds: IdSet;
  keywords: IdSet;
  size: number;
  receivedAt: string;
  from: Address[] | null;
  to: Address[] | null;
  cc: Address[] | null;
  subject: string | null;
  preview: string;
  hasAttachment: boolean;
}

export interface BodyPart {
  partId: string | null;
  blobId: Id | null;
  size: number;
  name: string | null;
  type: string;
  charset?: string | null;
  disposition: string | null;
  cid: string | null;
  /** A name that is safe to save; null for what holds parts. */
  intimailFileName?: string | null;
  /** The content is something else than the name says. */
  intimailDisguised?: boolean;
}

export interface BodyValue {
  value: string;
  isEncodingProblem?: boolean;
  isTruncated?: boolean;
}

/** What reading and answering need on top. */
export interface Email extends EmailRow {
  blobId: Id;
  messageId: string[] | null;
  inReplyTo: string[] | null;
  references: string[] | null;
  bcc: Address[] | null;
  replyTo: Address[] | null;
  sentAt: string | null;
  textBody: BodyPart[];
  htmlBody: BodyPart[];
  attachments: BodyPart[];
  bodyValues: Record<string, BodyValue>;
  'intimail:deliveryStatus'?: DeliveryStatus | null;
  'intimail:invitation'?: Invitation | null;
  'intimail:protection'?: Protection | null;
  /** only when it is asked for alone: it takes a moment */
  'intimail:signatures'?: Signatures | null;
}

export type Answer = 'accepted' | 'tentative' | 'declined';

export interface Attendee extends Address {
  answer: Answer | 'unanswered';
}

/** To what a mail invites, as its sender wrote it. */
export interface Invitation {
  blobId: Id | null;
  method: string;
  summary: string | null;
  location: string | null;
  start: string | null;
  end: string | null;
  zone: string | null;
  rule: string | null;
  organizer: Address | null;
  attendees: Attendee[];
  totalAttendees: number;
  mayAnswer: boolean;
}

/** What a mail claims. */
export interface Protection {
  kind: 'openpgp' | 'smime';
  state: 'signed' | 'encrypted';
  isInText: boolean;
  isWhole: boolean;
}

export interface Signature {
  status: 'good' | 'bad' | 'unknownKey' | 'keyExpired' | 'signatureExpired' | 'keyRevoked' | 'failed';
  isTrusted: boolean;
  fingerprint: string;
  name: string | null;
  email: string | null;
}

export interface Signatures {
  list: Signature[];
  problem: 'noKeys' | 'unreadable' | 'tooLarge' | 'unavailable' | null;
}

/** What a mail server reports about a message that was sent. */
export interface DeliveryStatus {
  reporter: string;
  recipients: ReportedRecipient[];
}

export interface ReportedRecipient {
  email: string;
  action: 'unknown' | 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  status: string;
  diagnostic: string;
  remote: string;
  explanation: { en: string; fr: string };
}

export interface Identity {
  id: Id;
  name: string;
  email: string;
}

export interface Quota {
  id: Id;
  used: number;
  hardLimit: number;
  resourceType: string;
}

export interface SetError {
  type: string;
  description?: string | null;
  properties?: string[];
  invalidRecipients?: string[];
  maxRecipients?: number;
  maxSize?: number;
}

export interface GetResult<T> {
  state: string;
  list: T[];
  notFound: Id[];
}

export interface QueryResult {
  queryState: string;
  position: number;
  ids: Id[];
  total?: number;
}

export interface ChangesResult {
  newState: string;
  hasMoreChanges: boolean;
  created: Id[];
  updated: Id[];
  destroyed: Id[];
}

export interface SetResult<T> {
  newState: string;
  created: Record<string, T> | null;
  updated: Record<Id, unknown> | null;
  destroyed: Id[] | null;
  notCreated: Record<string, SetError> | null;
  notUpdated: Record<Id, SetError> | null;
  notDestroyed: Record<Id, SetError> | null;
}

export const ROW_PROPERTIES = [
  'id', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt',
  'from', 'to', 'cc', 'subject', 'preview', 'hasAttachment',
] as const;

export const PART_PROPERTIES = [
  'partId', 'blobId', 'size', 'name', 'type', 'charset', 'disposition', 'cid', 'intimailFileName', 'intimailDisguised',
] as const;

export const READ_PROPERTIES = [
  ...ROW_PROPERTIES, 'blobId', 'messageId', 'inReplyTo', 'references', 'bcc', 'replyTo',
  'sentAt', 'textBody', 'htmlBody', 'attachments', 'bodyValues', 'intimail:deliveryStatus',
  'intimail:invitation', 'intimail:protection',
] as const;
