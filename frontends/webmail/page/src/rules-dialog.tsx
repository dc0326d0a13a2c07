// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The dialog for rules and the vacation.

import { useEffect, useRef, useState } from 'preact/hooks';

import { explain } from './actions';
import { IconButton } from './button';
import { confirm } from './dialogs';
import { HttpError } from './jmap-client';
import { RuleForm } from './rule-form';
import { describeRule } from './rule-words';
import { loadRules, rulesShown, saveRules, type KeptRules, type Rule, type RulesDocument } from './rules';
import { t } from './strings';
import { VacationForm } from './vacation-form';

/** The number of the rule that is being changed; the list's length for a new one. */
type Editing = number | null;

interface ListProps {
  rules: Rule[];
  busy: boolean;
  save: (rules: Rule[]) => Promise<boolean>;
}

function RuleRow({ rule, first, busy, toggle, up, edit, remove }: {
  rule: Rule; first: boolean; busy: boolean; toggle: () => void; up: () => void; edit: () => void; remove: () => void;
}) {
  const kept = rule.enabled !== false;
  const [on, setOn] = useState(kept);
  // What was clicked shows at once, and what the server keeps when it has said so.
  useEffect(() => {
    if (!busy) setOn(kept);
  }, [kept, busy]);
  const click = () => {
    setOn(!on);
    toggle();
  };
  return (
    <li class={on ? 'setting-row' : 'setting-row dim'}>
      <label class="check" title={on ? t().isOn : t().isOff}>
        <input type="checkbox" checked={on} disabled={busy} aria-label={`${t().turnOn}: ${rule.name}`} onChange={click} />
      </label>
      <span class="setting-words">
        <span>{rule.name}</span>
        <span class="dim small-text">{describeRule(rule)}</span>
      </span>
      <span class="setting-buttons">
        <IconButton icon="down" class="upwards" label={`${t().moveUp}: ${rule.name}`} disabled={busy || first} onClick={up} />
        <IconButton icon="compose" label={`${t().edit}: ${rule.name}`} disabled={busy} onClick={edit} />
        <IconButton icon="trash" label={`${t().removeRule}: ${rule.name}`} disabled={busy} onClick={remove} />
      </span>
    </li>
  );
}

function RuleList({ rules, busy, save }: ListProps) {
  const [editing, setEditing] = useState<Editing>(null);
  const put = async (at: number, rule: Rule) => {
    if (await save(at < rules.length ? rules.map((one, i) => (i === at ? rule : one)) : [...rules, rule])) setEditing(null);
  };
  const remove = async (at: number) => {
    if (!(await confirm(t().removeRuleTitle(rules[at]?.name ?? ''), t().removeRuleText, t().removeRule, true))) return;
    if (await save(rules.filter((_, i) => i !== at))) setEditing(null);
  };
  const swap = (at: number) => rules.map((one, i) => (i === at - 1 ? rules[at] : i === at ? rules[at - 1] : one) as Rule);

  return (
    <section aria-labelledby="rules-list-title">
      <h3 id="rules-list-title">{t().rules}</h3>
      <p class="dim small-text">{t().rulesText}</p>
      {rules.length > 0 && (
        <ul class="boxed-list">
          {rules.map((rule, at) => (
            <RuleRow
              key={rule.name} rule={rule} first={at === 0} busy={busy}
              toggle={() => void save(rules.map((one, i) => (i === at ? { ...one, enabled: one.enabled === false } : one)))}
              up={() => void save(swap(at))}
              edit={() => setEditing(at)}
              remove={() => void remove(at)}
            />
          ))}
        </ul>
      )}
      {editing !== null ? (
        <RuleForm
          key={editing} busy={busy} cancel={() => setEditing(null)} save={(rule) => void put(editing, rule)}
          rule={rules[editing] ?? { name: '', conditions: [{ field: 'from', test: 'contains', value: '' }] }}
        />
      ) : (
        <button class="button" type="button" disabled={busy} onClick={() => setEditing(rules.length)}>{t().newRule}</button>
      )}
    </section>
  );
}

/** `say` tells what did not work in a place that the list does not scroll away. */
function Rules({ say }: { say: (text: string) => void }) {
  const [kept, setKept] = useState<KeptRules | null>(null);
  const [busy, setBusy] = useState(true);

  const load = async () => {
    try {
      setKept(await loadRules());
    } catch (error) {
      say(error instanceof HttpError && error.status === 409 ? t().rulesBroken : explain(error));
    }
    setBusy(false);
  };
  useEffect(() => void load(), []);
  // A button that was pressed may go away or rest, and the keyboard must stay in the dialog.
  useEffect(() => {
    if (document.activeElement === document.body) document.querySelector<HTMLElement>('.dialog-rules')?.focus();
  });

  const save = async (part: Partial<RulesDocument>): Promise<boolean> => {
    if (kept === null) return false;
    setBusy(true);
    say('');
    try {
      setKept(await saveRules({ ...kept.document, ...part }, kept.state));
      return true;
    } catch (error) {
      if (error instanceof HttpError && error.status === 412) {
        await load();
        say(t().rulesChanged);
      } else {
        say(explain(error));
      }
      return false;
    } finally {
      setBusy(false);
    }
  };

  if (kept === null) return busy && <span class="spinner" role="status" aria-label={t().loading} />;
  return (
    <>
      <VacationForm vacation={kept.document.vacation} busy={busy} save={(vacation) => void save({ vacation })} />
      <RuleList rules={kept.document.rules} busy={busy} save={(rules) => save({ rules })} />
    </>
  );
}

export function RulesDialog() {
  const box = useRef<HTMLDialogElement>(null);
  const shown = rulesShown.value;
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (shown) box.current?.showModal();
  }, [shown]);
  if (!shown) return null;
  const close = () => {
    rulesShown.value = false;
    setSaid('');
  };
  return (
    <dialog class="dialog dialog-settings dialog-rules" ref={box} aria-labelledby="rules-title" tabIndex={-1} onClose={close}>
      <div class="dialog-inside">
        <h2 id="rules-title">{t().rulesAndVacation}</h2>
        <div class="settings"><Rules say={setSaid} /></div>
        {said !== '' && <p class="sign-in-error" role="alert">{said}</p>}
        <div class="dialog-buttons">
          <button class="button" type="button" onClick={close}>{t().close}</button>
        </div>
      </div>
    </dialog>
  );
}
