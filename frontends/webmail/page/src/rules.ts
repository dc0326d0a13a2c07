// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What is done with mail that comes, and the answer while away: the document that the server keeps.

import { signal } from '@preact/signals';

import { need } from './store';

/** What a message has to be like. `value` is a number of bytes for `size`. */
export interface Condition {
  field: string;
  test: string;
  value?: string | number;
  not?: boolean;
}

export interface Rule {
  name: string;
  enabled?: boolean;
  match?: 'all' | 'any';
  conditions?: Condition[];
  /** an id, a role or a path */
  mailbox?: string;
  keywords?: string[];
  forward?: string[];
  keep?: boolean;
  stop?: boolean;
}

export interface Vacation {
  enabled?: boolean;
  from?: string;
  until?: string;
  subject?: string;
  text?: string;
  html?: string;
  days?: number;
}

export interface RulesDocument {
  version?: number;
  rules: Rule[];
  vacation: Vacation;
  junk?: boolean;
}

/** The document, and the state that a change of it names. */
export interface KeptRules {
  document: RulesDocument;
  state: string;
}

export const HEADER = 'header:';
export const TEXT_TESTS = ['contains', 'is', 'begins', 'ends', 'glob', 'exists'] as const;
export const SIZE_TESTS = ['over', 'under'] as const;

/** Whether the dialog is shown. */
export const rulesShown = signal(false);

const PATH = '/auth/rules';

async function read(response: Response): Promise<KeptRules> {
  const document = (await response.json()) as RulesDocument;
  return { document, state: response.headers.get('ETag') ?? '' };
}

export async function loadRules(): Promise<KeptRules> {
  return read(await need().fetch(PATH, { cache: 'no-store', headers: { Accept: 'application/json' } }));
}

/** Throws HttpError with 412 when it was changed elsewhere, and with 400 and what is wrong. */
export async function saveRules(document: RulesDocument, state: string): Promise<KeptRules> {
  return read(await need().fetch(PATH, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'If-Match': state },
    body: JSON.stringify(document),
  }));
}

/** What was looked at for a message: a rule, or `junk` or `vacation`. */
export interface Step {
  name: string;
  matched: boolean;
  reason: string;
}

export interface Outcome {
  /** null is the inbox */
  mailboxId: string | null;
  kept: boolean;
  steps: Step[];
}

/** The message that the reader wonders about. */
export const wonderedAbout = signal<string | null>(null);

/** What the rules would make of a message now. */
export async function explainMessage(id: string): Promise<Outcome> {
  const response = await need().fetch(`${PATH}/${encodeURIComponent(id)}`, { cache: 'no-store', headers: { Accept: 'application/json' } });
  return (await response.json()) as Outcome;
}

/** One that fits another field: a size has other tests than a text. */
export function withField(condition: Condition, field: string): Condition {
  const ofSize = field === 'size';
  if (ofSize === (condition.field === 'size')) return { ...condition, field };
  return ofSize ? { field, test: 'over', value: 1_000_000 } : { field, test: 'contains', value: '' };
}

/** Without what says nothing, as the server keeps it. */
export function tidyRule(rule: Rule): Rule {
  const conditions = (rule.conditions ?? []).map(({ field, test, value, not }) => ({
    field,
    ...(not ? { not } : {}),
    test,
    ...(test === 'exists' ? {} : { value: value ?? '' }),
  }));
  return {
    name: rule.name.trim(),
    ...(rule.enabled === false ? { enabled: false } : {}),
    match: rule.match ?? 'all',
    conditions,
    ...(rule.mailbox ? { mailbox: rule.mailbox } : {}),
    ...(rule.keywords?.length ? { keywords: rule.keywords } : {}),
    ...(rule.forward?.length ? { forward: rule.forward } : {}),
    ...(rule.keep === false ? { keep: false } : {}),
    ...(rule.stop ? { stop: true } : {}),
  };
}

/** Keywords with one more, or one less. */
export function toggleKeyword(keywords: string[] | undefined, word: string, on: boolean): string[] {
  const others = (keywords ?? []).filter((one) => one !== word);
  return on ? [...others, word] : others;
}

/** Addresses as people write them one after the other. */
export function splitAddresses(text: string): string[] {
  return text.split(/[\s,;]+/).filter((one) => one !== '');
}

/** The beginning of a day where the reader is, as the server keeps it; '' is none. */
export function dayToTime(day: string): string | undefined {
  const date = new Date(`${day}T00:00:00`);
  return day === '' || Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

export function timeToDay(time: string | undefined): string {
  const date = new Date(time ?? '');
  if (Number.isNaN(date.getTime())) return '';
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

/** The day before, or after, a day. */
export function moveDay(day: string, by: number): string {
  if (day === '') return '';
  const date = new Date(`${day}T12:00:00`);
  date.setDate(date.getDate() + by);
  return timeToDay(date.toISOString());
}
