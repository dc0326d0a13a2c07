// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One rule, to be made or changed.

import { useEffect, useRef, useState } from 'preact/hooks';

import { IconButton } from './button';
import { mailboxName, mailboxTree } from './mailboxes';
import { fieldName, findMailbox, testName } from './rule-words';
import { HEADER, SIZE_TESTS, splitAddresses, TEXT_TESTS, tidyRule, toggleKeyword, withField, type Condition, type Rule } from './rules';
import { mailboxes } from './store';
import { t } from './strings';

const FIELDS = ['from', 'to', 'subject', 'list-id', 'size'];
const MEGABYTE = 1_000_000;

interface RowProps {
  condition: Condition;
  change: (next: Condition) => void;
  remove: () => void;
}

function ConditionRow({ condition, change, remove }: RowProps) {
  const { field, test, value, not } = condition;
  const ofSize = field === 'size';
  const isHeader = field.startsWith(HEADER);
  const setField = (next: string) => change(withField(condition, next));
  return (
    <div class="condition" role="group" aria-label={t().ruleCondition}>
      <select aria-label={t().ruleField} value={isHeader ? HEADER : field} onChange={(event) => setField(event.currentTarget.value)}>
        {FIELDS.map((one) => <option key={one} value={one}>{fieldName(one)}</option>)}
        <option value={HEADER}>{t().ruleHeader}</option>
      </select>
      {isHeader && (
        <input
          class="field" aria-label={t().ruleHeaderName} placeholder="X-Name" required maxLength={100} pattern="[!-9;-~]+"
          value={field.slice(HEADER.length)} onInput={(event) => setField(HEADER + event.currentTarget.value)}
        />
      )}
      <select
        aria-label={t().ruleTest} value={`${not ? '!' : ''}${test}`}
        onChange={(event) => change({ ...condition, not: event.currentTarget.value.startsWith('!'), test: event.currentTarget.value.replace('!', '') })}
      >
        {(ofSize ? SIZE_TESTS : TEXT_TESTS).map((one) => <option key={one} value={one}>{testName(one)}</option>)}
        {!ofSize && TEXT_TESTS.map((one) => <option key={`!${one}`} value={`!${one}`}>{`${t().ruleNot} ${testName(one)}`}</option>)}
      </select>
      {ofSize && (
        <span class="with-unit">
          <input
            class="field" type="number" aria-label={t().ruleValue} min={0} max={1000} step="any" required value={Number(value) / MEGABYTE}
            onInput={(event) => change({ ...condition, value: Math.round(Number(event.currentTarget.value) * MEGABYTE) })}
          />
          {t().megabytes}
        </span>
      )}
      {!ofSize && test !== 'exists' && (
        <input
          class="field" aria-label={t().ruleValue} required={test !== 'is'} maxLength={500} value={String(value ?? '')}
          onInput={(event) => change({ ...condition, value: event.currentTarget.value })}
        />
      )}
      <IconButton icon="close" class="small" label={t().removeCondition} onClick={remove} />
    </div>
  );
}

function Check({ label, checked, set }: { label: string; checked: boolean; set: (on: boolean) => void }) {
  return (
    <label class="check">
      <input type="checkbox" checked={checked} onChange={(event) => set(event.currentTarget.checked)} />
      {label}
    </label>
  );
}

function MailboxChoice({ value, set }: { value: string; set: (name: string) => void }) {
  const known = findMailbox(value);
  const shown = known ? (known.role ?? known.id) : value;
  return (
    <label class="entry-row">
      <span>{t().ruleMailbox}</span>
      <select name="rule-mailbox" value={shown} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{t().ruleNoMailbox}</option>
        {!known && value !== '' && <option value={value}>{value}</option>}
        {mailboxTree(mailboxes.value).map(({ mailbox, depth }) => (
          <option key={mailbox.id} value={mailbox.role ?? mailbox.id}>{'\u2003'.repeat(depth) + mailboxName(mailbox)}</option>
        ))}
      </select>
    </label>
  );
}

interface Props {
  rule: Rule;
  busy: boolean;
  save: (rule: Rule) => void;
  cancel: () => void;
}

export function RuleForm({ rule: before, busy, save, cancel }: Props) {
  const [rule, setRule] = useState<Rule>({ match: 'all', ...before });
  const [forward, setForward] = useState((before.forward ?? []).join(', '));
  const conditions = rule.conditions ?? [];
  const nameField = useRef<HTMLInputElement>(null);
  useEffect(() => nameField.current?.focus(), []);
  const change = (part: Partial<Rule>) => setRule({ ...rule, ...part });
  const setCondition = (at: number, next: Condition) => change({ conditions: conditions.map((one, i) => (i === at ? next : one)) });
  const has = (word: string) => (rule.keywords ?? []).includes(word);

  const submit = (event: Event) => {
    event.preventDefault();
    if (!busy) save(tidyRule({ ...rule, forward: splitAddresses(forward) }));
  };

  return (
    <form class="rule-form" onSubmit={submit}>
      <div class="boxed-list">
        <label class="entry-row">
          <span>{t().ruleName}</span>
          <input name="rule-name" required maxLength={100} value={rule.name} ref={nameField} onInput={(event) => change({ name: event.currentTarget.value })} />
        </label>
        {conditions.length > 1 && (
          <label class="entry-row">
            <span>{t().ruleMatch}</span>
            <select name="rule-match" value={rule.match} onChange={(event) => change({ match: event.currentTarget.value === 'any' ? 'any' : 'all' })}>
              <option value="all">{t().ruleMatchAll}</option>
              <option value="any">{t().ruleMatchAny}</option>
            </select>
          </label>
        )}
      </div>
      {conditions.length === 0 && <p class="dim small-text">{t().ruleAlways}</p>}
      {conditions.map((one, at) => (
        <ConditionRow
          key={at} condition={one} change={(next) => setCondition(at, next)}
          remove={() => change({ conditions: conditions.filter((_, i) => i !== at) })}
        />
      ))}
      <button class="button" type="button" onClick={() => change({ conditions: [...conditions, { field: 'from', test: 'contains', value: '' }] })}>{t().addCondition}</button>
      <div class="boxed-list">
        <MailboxChoice value={rule.mailbox ?? ''} set={(mailbox) => change({ mailbox })} />
        <label class="entry-row">
          <span>{t().ruleForward}</span>
          <input name="rule-forward" maxLength={1000} value={forward} onInput={(event) => setForward(event.currentTarget.value)} />
        </label>
      </div>
      <div class="checks">
        <Check label={t().ruleMarkRead} checked={has('$seen')} set={(on) => change({ keywords: toggleKeyword(rule.keywords, '$seen', on) })} />
        <Check label={t().ruleFlag} checked={has('$flagged')} set={(on) => change({ keywords: toggleKeyword(rule.keywords, '$flagged', on) })} />
        {forward.trim() !== '' && <Check label={t().ruleKeep} checked={rule.keep !== false} set={(keep) => change({ keep })} />}
        <Check label={t().ruleStop} checked={rule.stop === true} set={(stop) => change({ stop })} />
      </div>
      <div class="dialog-buttons">
        <button class="button" type="button" onClick={cancel}>{t().cancel}</button>
        <button class="button suggested" type="submit" disabled={busy}>{t().save}</button>
      </div>
    </form>
  );
}
