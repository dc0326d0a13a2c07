// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A window for writing, over whatever is below; on a phone it takes the whole screen.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';

import { explain, showError } from './actions';
import { IconButton } from './button';
import { ComposeAttachments } from './compose-attachments';
import { dropDraft, drafts, editDraft } from './compose';
import { confirm } from './dialogs';
import { hasFiles } from './drag';
import type { Draft } from './draft';
import { formatLongDate } from './format';
import { Icon } from './icons';
import { showToast } from './notify';
import { RecipientField } from './recipient-field';
import { SendMenu } from './send-menu';
import { holdUntil } from './send-times';
import { undoSeconds, undoSending } from './sending';
import { identities } from './store';
import { locale, t } from './strings';
import type { Id } from './jmap-types';

async function close(draft: Draft): Promise<void> {
  if (draft.isEmpty() || draft.isUntouched()) {
    dropDraft(draft);
    return;
  }
  try {
    if (draft.dirty.value) await draft.save();
    dropDraft(draft);
    if (draft.savedId) showToast(t().draftSaved);
  } catch (error) {
    // The window stays, so that nothing is lost.
    draft.error.value = t().draftNotSaved(explain(error));
  }
}

async function discard(draft: Draft): Promise<void> {
  if (!draft.isUntouched() && !(await confirm(t().discardTitle, t().discardText, t().discard, true))) return;
  try {
    await draft.discard();
    dropDraft(draft);
  } catch (error) {
    showError(error);
  }
}

/** What is said of it, with the way back for as long as there is one. */
function tellSent(draft: Draft, submissionId: Id | null, later: Date | null): void {
  const id = draft.savedId;
  const text = later ? t().willBeSent(formatLongDate(later.toISOString(), locale())) : t().sent;
  if (!submissionId || !id) {
    showToast(text);
    return;
  }
  const action = { label: t().undo, run: () => void undoSending(submissionId, () => editDraft(id)) };
  showToast(text, action, 'plain', later ? undefined : undoSeconds.value * 1000);
}

async function send(draft: Draft, later: Date | null = null): Promise<void> {
  if (draft.status.value === 'sending') return;
  (document.activeElement as HTMLElement | null)?.blur();
  const people = [...draft.to.value, ...draft.cc.value, ...draft.bcc.value];
  if (people.length === 0) {
    draft.error.value = t().needRecipient;
    return;
  }
  if (draft.uploading()) {
    draft.error.value = t().stillUploading;
    return;
  }
  if (draft.attachments.value.some((one) => one.error)) {
    draft.error.value = t().uploadFailed;
    return;
  }
  if (!draft.subject.value.trim() && !(await confirm(t().noSubjectTitle, t().noSubjectText, t().send))) return;
  try {
    const submissionId = await (later ? draft.send(holdUntil(later)) : draft.send());
    dropDraft(draft);
    tellSent(draft, submissionId, later);
  } catch (error) {
    console.warn(error);
  }
}

function IdentityChoice({ draft }: { draft: Draft }) {
  const all = identities.value;
  if (all.length < 2) return null;
  return (
    <label class="compose-line">
      <span class="recipients-label">{t().from}</span>
      <select value={draft.identityId.value} onChange={(event) => (draft.identityId.value = event.currentTarget.value)}>
        {all.map((one) => <option key={one.id} value={one.id}>{one.name ? `${one.name} <${one.email}>` : one.email}</option>)}
      </select>
    </label>
  );
}

function Fields({ draft }: { draft: Draft }) {
  const [more, setMore] = useState(draft.cc.value.length + draft.bcc.value.length > 0);
  const text = useRef<HTMLTextAreaElement>(null);
  const startsInText = useRef(draft.to.value.length > 0);

  useLayoutEffect(() => {
    if (!startsInText.current) return;
    text.current?.focus();
    text.current?.setSelectionRange(0, 0);
    if (text.current) text.current.scrollTop = 0;
  }, []);

  return (
    <>
      <IdentityChoice draft={draft} />
      <div class="recipients-line">
        <RecipientField label={t().to} value={draft.to} autofocus={!startsInText.current} />
        {!more && <button type="button" class="button flat" onClick={() => setMore(true)}>{t().ccAndBcc}</button>}
      </div>
      {more && <RecipientField label={t().cc} value={draft.cc} />}
      {more && <RecipientField label={t().bcc} value={draft.bcc} />}
      <label class="compose-line">
        <span class="recipients-label">{t().subject}</span>
        <input value={draft.subject.value} onInput={(event) => (draft.subject.value = event.currentTarget.value)} />
      </label>
      <textarea
        class="compose-text" ref={text} aria-label={t().messageText} value={draft.text.value} spellcheck
        onInput={(event) => (draft.text.value = event.currentTarget.value)}
      />
    </>
  );
}

function Footer({ draft }: { draft: Draft }) {
  const picker = useRef<HTMLInputElement>(null);
  const sending = draft.status.value === 'sending';
  const state = { saving: t().saving, saved: draft.dirty.value ? '' : t().savedInDrafts, sending: t().sending, '': '' }[draft.status.value];
  return (
    <footer class="compose-footer">
      <button type="button" class="button suggested" disabled={sending} onClick={() => void send(draft)}>
        <Icon name="sent" /> {sending ? t().sending : t().send}
      </button>
      <SendMenu choose={(date) => void send(draft, date)} />
      <IconButton icon="attach" label={t().attachFiles} onClick={() => picker.current?.click()} />
      <input
        ref={picker} class="file-picker" type="file" multiple tabIndex={-1} aria-hidden="true"
        onChange={(event) => {
          draft.addFiles(event.currentTarget.files ?? []);
          event.currentTarget.value = '';
        }}
      />
      <span class="compose-state dim" role="status">{sending ? '' : state}</span>
      <IconButton icon="trash" label={t().discard} disabled={sending} onClick={() => void discard(draft)} />
    </footer>
  );
}

function ComposeWindow({ draft }: { draft: Draft }) {
  const [over, setOver] = useState(false);
  const minimised = draft.minimised.value;
  const title = draft.subject.value.trim() || t().newMessage;
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void send(draft);
    } else if (event.key === 'Escape' && !event.isComposing) {
      event.stopPropagation();
      void close(draft);
    }
  };
  return (
    <section
      class={`compose${minimised ? ' minimised' : ''}${over ? ' over' : ''}`} role="dialog" aria-label={title} aria-modal="false"
      onKeyDown={keyDown}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      }}
      onDrop={(event) => {
        setOver(false);
        if (!hasFiles(event)) return;
        event.preventDefault();
        draft.addFiles(event.dataTransfer?.files ?? []);
      }}
    >
      <header class="compose-bar">
        <button type="button" class="compose-title" aria-expanded={!minimised} onClick={() => (draft.minimised.value = !minimised)}>{title}</button>
        <IconButton
          icon={minimised ? 'expand' : 'minimise'} class="small" label={minimised ? t().unfold : t().minimise}
          onClick={() => (draft.minimised.value = !minimised)}
        />
        <IconButton icon="close" class="small" label={t().saveAndClose} onClick={() => void close(draft)} />
      </header>
      {!minimised && (
        <div class="compose-body">
          <Fields draft={draft} />
          <ComposeAttachments draft={draft} />
          {draft.error.value && <p class="compose-error" role="alert"><Icon name="warning" /> {draft.error.value}</p>}
          <Footer draft={draft} />
        </div>
      )}
      {over && <div class="drop-hint" aria-hidden="true"><Icon name="attach" /> {t().dropFiles}</div>}
    </section>
  );
}

export function ComposeWindows() {
  return (
    <div class="compose-dock">
      {drafts.value.map((draft) => <ComposeWindow key={draft.key} draft={draft} />)}
    </div>
  );
}
