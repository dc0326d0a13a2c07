// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Questions to the reader: one at a time, each a promise of the answer.

import { signal } from '@preact/signals';

import type { Id } from './jmap-types';

interface Confirm {
  kind: 'confirm';
  title: string;
  text: string;
  accept: string;
  danger: boolean;
  resolve: (yes: boolean) => void;
}

interface Prompt {
  kind: 'prompt';
  title: string;
  label: string;
  value: string;
  accept: string;
  resolve: (text: string | null) => void;
}

interface Choose {
  kind: 'choose';
  title: string;
  without: Id[];
  resolve: (mailboxId: Id | null) => void;
}

interface Help {
  kind: 'help';
}

export type Question = Confirm | Prompt | Choose | Help;

export const question = signal<Question | null>(null);

export function confirm(title: string, text: string, accept: string, danger = false): Promise<boolean> {
  return new Promise((resolve) => {
    question.value = { kind: 'confirm', title, text, accept, danger, resolve };
  });
}

export function prompt(title: string, label: string, value: string, accept: string): Promise<string | null> {
  return new Promise((resolve) => {
    question.value = { kind: 'prompt', title, label, value, accept, resolve };
  });
}

export function chooseMailbox(title: string, without: Id[]): Promise<Id | null> {
  return new Promise((resolve) => {
    question.value = { kind: 'choose', title, without, resolve };
  });
}

export function showHelp(): void {
  question.value = { kind: 'help' };
}
