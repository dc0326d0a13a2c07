// SPDX-License-Identifier: LGPL-2.1-or-later
//
// When something is to which a mail invites, as people write it. A moment is told in the reader's own time
// zone; a day, or a time that is of no known zone, as it is written.

import type { Invitation } from './jmap-types';

const DAY: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' };
const TIME: Intl.DateTimeFormatOptions = { ...DAY, hour: '2-digit', minute: '2-digit' };

interface Point {
  date: Date;
  isDay: boolean;
  isMoment: boolean;
}

/** `2026-01-15T09:00:00Z`, `2026-01-15T09:00:00`, `2026-01-15`; null for anything else. */
function pointOf(text: string | null): Point | null {
  const match = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(Z)?)?$/.exec(text ?? '');
  if (!match) return null;
  const isDay = text!.length === 10;
  const isMoment = match[1] !== undefined;
  const date = new Date(isDay ? `${text}T00:00:00Z` : isMoment ? text! : `${text}Z`);
  return Number.isNaN(date.getTime()) ? null : { date, isDay, isMoment };
}

function formatter(point: Point, language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language, point.isMoment ? options : { ...options, timeZone: 'UTC' });
}

/** Where a zone is named that nobody knows, its name is said. */
export function formatWhen({ start, end, zone }: Pick<Invitation, 'start' | 'end' | 'zone'>, language: string): string {
  const first = pointOf(start);
  if (!first) return '';
  const format = formatter(first, language, first.isDay ? DAY : TIME);
  const last = pointOf(end);
  const lastDate = last && (first.isDay ? new Date(last.date.getTime() - 86_400_000) : last.date);
  const text = lastDate && lastDate > first.date ? format.formatRange(first.date, lastDate) : format.format(first.date);
  return zone && !first.isDay && !first.isMoment ? `${text} (${zone})` : text;
}

/** The day as a sheet of a calendar has it. */
export function sheetOf(start: string | null, language: string): { month: string; day: string; weekday: string } | null {
  const point = pointOf(start);
  if (!point) return null;
  const part = (options: Intl.DateTimeFormatOptions): string => formatter(point, language, options).format(point.date);
  return { month: part({ month: 'short' }), day: String(parseInt(part({ day: 'numeric' }), 10)), weekday: part({ weekday: 'short' }) };
}

/** What is repeated may come again. */
export function isOver({ start, end, rule }: Pick<Invitation, 'start' | 'end' | 'rule'>, now: Date): boolean {
  const last = pointOf(end) ?? pointOf(start);
  if (!last || rule) return false;
  const days = last.isDay && !end ? 86_400_000 : 0;
  const offset = last.isMoment ? 0 : now.getTimezoneOffset() * 60_000;
  return last.date.getTime() + days + offset < now.getTime();
}

export type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** How often it comes; null for once, and for what is too rare to have words. */
export function repetition(rule: string | null): { frequency: Frequency; interval: number } | null {
  const frequency = /(?:^|;)FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(?:;|$)/i.exec(rule ?? '')?.[1];
  const interval = Number(/(?:^|;)INTERVAL=(\d{1,4})(?:;|$)/i.exec(rule ?? '')?.[1] ?? 1);
  return frequency ? { frequency: frequency.toUpperCase() as Frequency, interval: Math.max(1, interval) } : null;
}
