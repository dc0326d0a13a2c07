// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Addresses as a person types them.

import type { Address } from './jmap-types';

const EMAIL = /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/;

export function isEmail(text: string): boolean {
  return EMAIL.test(text.trim());
}

/** Cuts at commas, semicolons and line ends that are neither quoted nor in angle brackets. */
export function splitAddresses(text: string): string[] {
  const parts: string[] = [];
  let current = '';
  let quoted = false;
  let angle = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '\\' && quoted) {
      current += c + (text[++i] ?? '');
      continue;
    }
    if (c === '"') quoted = !quoted;
    else if (!quoted && c === '<') angle = true;
    else if (!quoted && c === '>') angle = false;
    if (!quoted && !angle && (c === ',' || c === ';' || c === '\n')) {
      parts.push(current);
      current = '';
    } else current += c;
  }
  parts.push(current);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** One address, or null when it is none: `a@b.example`, `<a@b.example>`, `Name <a@b.example>`. */
export function parseAddress(text: string): Address | null {
  const match = /^(.*?)<([^<>]*)>\s*$/s.exec(text);
  if (!match) return isEmail(text) ? { name: null, email: text.trim() } : null;
  const email = match[2]!.trim();
  if (!isEmail(email)) return null;
  let name = match[1]!.trim();
  if (name.length > 1 && name.startsWith('"') && name.endsWith('"')) {
    name = name.slice(1, -1).replace(/\\(.)/g, '$1');
  }
  return { name: name || null, email };
}

export function formatAddress(address: Address): string {
  if (!address.name) return address.email;
  const name = /[",;<>@()[\]\\:]/.test(address.name)
    ? `"${address.name.replace(/(["\\])/g, '\\$1')}"`
    : address.name;
  return `${name} <${address.email}>`;
}

/** How a person is called where there is little room. */
export function shortName(address: Address | undefined | null): string {
  if (!address) return '';
  return address.name?.trim() || address.email;
}

export function sameEmail(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Without those who are named twice, and without those in `but`. */
export function distinct(addresses: Address[], but: Address[] = []): Address[] {
  const seen = new Set(but.map((address) => address.email.toLowerCase()));
  return addresses.filter((address) => {
    const key = address.email.toLowerCase();
    if (!address.email || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The two letters of an avatar. */
export function initials(address: Address | undefined | null): string {
  const words = shortName(address).replace(/[^\p{L}\p{N}@ .-]/gu, '').split(/[ .@-]+/).filter(Boolean);
  const first = [...(words[0] ?? '?')][0] ?? '?';
  const second = address?.name && words.length > 1 ? ([...words[words.length - 1]!][0] ?? '') : '';
  return (first + second).toLocaleUpperCase();
}

/** A number from 0 to n-1 that is always the same for the same address. */
export function colourOf(address: Address | undefined | null, n: number): number {
  let hash = 7;
  for (const c of (address?.email ?? '').toLowerCase()) hash = (hash * 31 + c.codePointAt(0)!) >>> 0;
  return hash % n;
}
