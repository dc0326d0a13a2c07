// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Times at which a message may go out.

/** RFC 4865: seconds, or a date. */
export type Hold = { HOLDFOR: string } | { HOLDUNTIL: string };

/** JMAP's dates have no fractions here. */
export function holdUntil(date: Date): Hold {
  return { HOLDUNTIL: date.toISOString().replace(/\.\d+Z$/, 'Z') };
}

/** What people mean by these words, from `now`. */
export function laterChoices(now: Date): { inAnHour: Date; tomorrow: Date; monday: Date } {
  const morning = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 8);
  return {
    inAnHour: new Date(now.getTime() + 3_600_000),
    tomorrow: morning(1),
    monday: morning(((8 - now.getDay()) % 7) || 7),
  };
}

/** The value of a field for date and time, in the reader's own zone. */
export function localValue(date: Date): string {
  const pad = (n: number): string => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
}
