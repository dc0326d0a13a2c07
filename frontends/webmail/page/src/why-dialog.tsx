// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Why a message is where it is: what each rule makes of it.

import { useEffect, useRef, useState } from 'preact/hooks';

import { explain } from './actions';
import { Icon } from './icons';
import { mailboxName } from './mailboxes';
import { describeRule } from './rule-words';
import { explainMessage, loadRules, wonderedAbout, type Outcome, type Rule, type Step } from './rules';
import { mailboxes } from './store';
import { t } from './strings';

interface Answer {
  outcome: Outcome;
  rules: Rule[];
}

function goesTo(outcome: Outcome): string {
  if (!outcome.kept) return t().whyNotKept;
  const inbox = [...mailboxes.value.values()].find((mailbox) => mailbox.role === 'inbox');
  return t().whyGoesTo(mailboxName(outcome.mailboxId !== null ? mailboxes.value.get(outcome.mailboxId) : inbox));
}

function StepRow({ step, rule }: { step: Step; rule: Rule | undefined }) {
  const words = rule ? describeRule(rule) : step.reason;
  return (
    <li class={step.matched ? 'setting-row' : 'setting-row dim'}>
      <span class="why-mark" role="img" aria-label={step.matched ? t().whyMatches : t().whyNotMatches}>
        <Icon name={step.matched ? 'check' : 'close'} />
      </span>
      <span class="setting-words">
        <span>{rule ? step.name : step.name === 'junk' ? t().whyFilter : step.name}</span>
        <span class="dim small-text">{words}</span>
      </span>
    </li>
  );
}

function Why({ id }: { id: string }) {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [failed, setFailed] = useState('');
  useEffect(() => {
    Promise.all([explainMessage(id), loadRules()])
      .then(([outcome, kept]) => setAnswer({ outcome, rules: kept.document.rules }))
      .catch((error: unknown) => setFailed(explain(error)));
  }, [id]);

  if (failed !== '') return <p role="alert">{failed}</p>;
  if (answer === null) return <span class="spinner" role="status" aria-label={t().loading} />;
  const steps = answer.outcome.steps.filter((step) => step.name !== 'vacation' || answer.rules.some((rule) => rule.name === 'vacation'));
  return (
    <section>
      <p class="dim small-text">{t().whyText}</p>
      {steps.length === 0 ? <p>{t().whyNoRules}</p> : (
        <ul class="boxed-list">
          {steps.map((step, at) => <StepRow key={at} step={step} rule={answer.rules.find((rule) => rule.name === step.name)} />)}
        </ul>
      )}
      <p><strong>{goesTo(answer.outcome)}</strong></p>
    </section>
  );
}

export function WhyDialog() {
  const box = useRef<HTMLDialogElement>(null);
  const id = wonderedAbout.value;
  useEffect(() => {
    if (id !== null) box.current?.showModal();
  }, [id]);
  if (id === null) return null;
  const close = () => (wonderedAbout.value = null);
  return (
    <dialog class="dialog dialog-settings dialog-why" ref={box} aria-labelledby="why-title" onClose={close}>
      <div class="dialog-inside">
        <h2 id="why-title">{t().why}</h2>
        <div class="settings"><Why id={id} /></div>
        <div class="dialog-buttons">
          <button class="button" type="button" autoFocus onClick={close}>{t().close}</button>
        </div>
      </div>
    </dialog>
  );
}
