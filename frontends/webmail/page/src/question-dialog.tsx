// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The dialog of the question that is asked at the moment.

import { useEffect, useRef, useState } from 'preact/hooks';

import { question, type Question } from './dialogs';
import { Icon } from './icons';
import { mailboxName, mailboxTree } from './mailboxes';
import { mailboxes } from './store';
import { t } from './strings';
import type { Id } from './jmap-types';

type Answer<K extends Question['kind']> = Extract<Question, { kind: K }>;

function done(): void {
  question.value = null;
}

function Confirm({ asked }: { asked: Answer<'confirm'> }) {
  const answer = (yes: boolean) => {
    done();
    asked.resolve(yes);
  };
  return (
    <>
      <p>{asked.text}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" autoFocus={asked.danger} onClick={() => answer(false)}>{t().cancel}</button>
        <button type="button" class={asked.danger ? 'button destructive' : 'button suggested'} autoFocus={!asked.danger} onClick={() => answer(true)}>
          {asked.accept}
        </button>
      </div>
    </>
  );
}

function Prompt({ asked }: { asked: Answer<'prompt'> }) {
  const [text, setText] = useState(asked.value);
  const submit = (event: Event) => {
    event.preventDefault();
    if (!text.trim()) return;
    done();
    asked.resolve(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <div class="boxed-list">
        <label class="entry-row">
          <span>{asked.label}</span>
          <input autoFocus required maxLength={200} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
      </div>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => (done(), asked.resolve(null))}>{t().cancel}</button>
        <button type="submit" class="button suggested" disabled={!text.trim()}>{asked.accept}</button>
      </div>
    </form>
  );
}

function Choose({ asked }: { asked: Answer<'choose'> }) {
  const answer = (id: Id | null) => {
    done();
    asked.resolve(id);
  };
  const nodes = mailboxTree(mailboxes.value).filter(({ mailbox }) => mailbox.role !== 'drafts');
  return (
    <>
      <ul class="boxed-list choice-list">
        {nodes.map(({ mailbox, depth }, i) => (
          <li key={mailbox.id}>
            <button
              type="button" class={`choice depth-${Math.min(depth, 4)}`} autoFocus={i === 0} disabled={asked.without.includes(mailbox.id)}
              onClick={() => answer(mailbox.id)}
            >
              <Icon name={mailbox.role ?? 'folder'} /> {mailboxName(mailbox)}
            </button>
          </li>
        ))}
      </ul>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => answer(null)}>{t().cancel}</button>
      </div>
    </>
  );
}

function Help() {
  return (
    <>
      <dl class="shortcut-list">
        {t().shortcutTable.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{keys.split(' ').map((key) => <kbd key={key}>{key}</kbd>)}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <div class="dialog-buttons">
        <button type="button" class="button suggested" autoFocus onClick={done}>{t().close}</button>
      </div>
    </>
  );
}

function giveUp(asked: Question): void {
  done();
  if (asked.kind === 'confirm') asked.resolve(false);
  else if (asked.kind !== 'help') asked.resolve(null);
}

export function QuestionDialog() {
  const asked = question.value;
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!asked) return;
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.isConnected && before.focus({ preventScroll: true });
  }, [asked]);
  if (!asked) return null;
  const title = asked.kind === 'help' ? t().shortcuts : asked.title;
  return (
    <dialog
      class={`dialog dialog-${asked.kind}`} ref={box} aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        giveUp(asked);
      }}
      onClick={(event) => event.target === box.current && giveUp(asked)}
    >
      <div class="dialog-inside">
        <h2 id="dialog-title">{title}</h2>
        {asked.kind === 'confirm' && <Confirm asked={asked} />}
        {asked.kind === 'prompt' && <Prompt asked={asked} />}
        {asked.kind === 'choose' && <Choose asked={asked} />}
        {asked.kind === 'help' && <Help />}
      </div>
    </dialog>
  );
}
