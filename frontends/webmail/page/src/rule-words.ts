// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A rule in words, for the list of rules.

import { formatSize } from './format';
import type { Mailbox } from './jmap-types';
import { mailboxName } from './mailboxes';
import { HEADER, type Condition, type Rule } from './rules';
import { mailboxes } from './store';
import { locale, t } from './strings';

export function fieldName(field: string): string {
  const names: Record<string, string> = t().ruleFields;
  return names[field] ?? field.slice(HEADER.length);
}

export function testName(test: string): string {
  const names: Record<string, string> = t().ruleTests;
  return names[test] ?? test;
}

/** The mailbox that a rule names by its id, its role or its path. */
export function findMailbox(name: string | undefined): Mailbox | undefined {
  if (!name) return undefined;
  const all = mailboxes.value;
  const path = (mailbox: Mailbox): string => {
    const parent = mailbox.parentId !== null ? all.get(mailbox.parentId) : undefined;
    return parent ? `${path(parent)}/${mailbox.name}` : mailbox.name;
  };
  const list = [...all.values()];
  return all.get(name) ?? list.find((one) => one.role === name.toLowerCase()) ?? list.find((one) => path(one) === name);
}

function describeCondition({ field, test, value, not }: Condition): string {
  const shown = field === 'size' ? formatSize(Number(value), locale()) : t().ruleQuoted(String(value ?? ''));
  const words = [fieldName(field), not ? t().ruleNot : '', testName(test), test === 'exists' ? '' : shown];
  return words.filter((word) => word !== '').join(' ');
}

function describeActions(rule: Rule): string[] {
  const actions: string[] = [];
  if (rule.mailbox) actions.push(t().ruleMovesTo(mailboxName(findMailbox(rule.mailbox)) || rule.mailbox));
  for (const word of rule.keywords ?? []) {
    actions.push(word === '$seen' ? t().ruleMarksRead : word === '$flagged' ? t().ruleFlags : word);
  }
  if (rule.forward?.length) actions.push(t().ruleForwardsTo(rule.forward.join(', ')));
  return actions;
}

export function describeRule(rule: Rule): string {
  const conditions = (rule.conditions ?? []).map(describeCondition);
  const when = conditions.length === 0 ? t().ruleAlways : conditions.join(rule.match === 'any' ? t().ruleOr : t().ruleAnd);
  return [when, describeActions(rule).join(', ')].filter((part) => part !== '').join(' → ');
}
