// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The pane of mailboxes, with their unread messages, and the room that is used.

import { useState } from 'preact/hooks';

import { emptyMailbox, moveTo, showError } from './actions';
import { IconButton } from './button';
import { newMessage } from './compose';
import { confirm, prompt } from './dialogs';
import { formatNumber, formatSize } from './format';
import { Icon, type IconName } from './icons';
import { Logo } from './logo';
import { createMailbox, destroyMailbox, mailboxName, mailboxTree, renameMailbox, type MailboxNode } from './mailboxes';
import { MainMenu } from './main-menu';
import { openMailbox } from './navigation';
import { draggedIds } from './drag';
import { mailboxes, quotas, view } from './store';
import { locale, t } from './strings';
import type { Mailbox } from './jmap-types';

async function attempt(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    showError(error);
  }
}

async function create(): Promise<void> {
  const name = await prompt(t().newFolder, t().folderName, '', t().create);
  if (name) await attempt(() => createMailbox(name, null));
}

async function rename(mailbox: Mailbox): Promise<void> {
  const name = await prompt(t().renameFolder, t().folderName, mailbox.name, t().rename);
  if (name && name !== mailbox.name) await attempt(() => renameMailbox(mailbox.id, name));
}

async function destroy(mailbox: Mailbox): Promise<void> {
  const text = t().deleteFolderText(mailbox.totalEmails);
  if (!(await confirm(t().deleteFolderTitle(mailbox.name), text, t().deleteFolder, true))) return;
  await attempt(async () => {
    const inbox = [...mailboxes.value.values()].find((one) => one.role === 'inbox');
    if (view.value.mailboxId === mailbox.id && inbox) openMailbox(inbox.id);
    await destroyMailbox(mailbox.id);
  });
}

function MailboxTools({ mailbox }: { mailbox: Mailbox }) {
  if (mailbox.role === 'trash' || mailbox.role === 'junk') {
    if (mailbox.totalEmails === 0) return null;
    return <IconButton icon="close" class="small" label={t().emptyTitle(mailboxName(mailbox))} onClick={() => void emptyMailbox(mailbox.id)} />;
  }
  if (mailbox.role) return null;
  return (
    <>
      <IconButton icon="drafts" class="small" label={`${t().rename}: ${mailbox.name}`} onClick={() => void rename(mailbox)} />
      <IconButton icon="trash" class="small" label={`${t().deleteFolder}: ${mailbox.name}`} onClick={() => void destroy(mailbox)} />
    </>
  );
}

function countOf(mailbox: Mailbox): number {
  return mailbox.role === 'drafts' ? mailbox.totalEmails : mailbox.role === 'trash' ? 0 : mailbox.unreadEmails;
}

function MailboxRow({ node }: { node: MailboxNode }) {
  const [over, setOver] = useState(false);
  const { mailbox, depth } = node;
  const current = view.value.mailboxId === mailbox.id;
  const count = countOf(mailbox);
  const icon: IconName = mailbox.role ?? 'folder';
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void moveTo(draggedIds(event), mailbox.id);
  };
  return (
    <li class={`mailbox-row depth-${Math.min(depth, 4)}${current ? ' current' : ''}${over ? ' over' : ''}`}>
      <button
        type="button" class="mailbox-button" aria-current={current ? 'page' : undefined}
        onClick={() => openMailbox(mailbox.id)}
        onDragOver={(event) => (event.preventDefault(), setOver(true))} onDragLeave={() => setOver(false)} onDrop={drop}
      >
        <Icon name={icon} />
        <span class="mailbox-name">{mailboxName(mailbox)}</span>
        {count > 0 && (
          <span class={mailbox.role === 'inbox' ? 'count strong' : 'count'}>
            {formatNumber(count, locale())}
            <span class="hidden-words"> {mailbox.role === 'drafts' ? t().drafts : t().unread}</span>
          </span>
        )}
      </button>
      <span class="mailbox-tools"><MailboxTools mailbox={mailbox} /></span>
    </li>
  );
}

function QuotaBar() {
  const quota = quotas.value.find((one) => one.resourceType === 'octets' && one.hardLimit > 0);
  if (!quota) return null;
  const part = Math.min(1, quota.used / quota.hardLimit);
  const text = t().quota(formatSize(quota.used, locale()), formatSize(quota.hardLimit, locale()));
  const tone = part > 0.95 ? ' full' : part > 0.8 ? ' near' : '';
  return (
    <div class={`quota${tone}`}>
      <div class="bar" role="meter" aria-label={t().quotaLabel} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(part * 100)} aria-valuetext={text}>
        <div class="bar-fill" style={{ width: `${Math.max(1, part * 100)}%` }} />
      </div>
      <p class="dim small-text">{text}</p>
    </div>
  );
}

export function MailboxList() {
  const nodes = mailboxTree(mailboxes.value);
  return (
    <nav class="pane mailboxes" aria-label={t().mailboxes}>
      <header class="header-bar">
        <Logo size={24} />
        <h1 class="title">Intimail</h1>
        <MainMenu />
      </header>
      <div class="compose-place">
        <button type="button" class="button suggested compose-button" onClick={() => newMessage()}>
          <Icon name="compose" /> {t().write}
        </button>
      </div>
      <div class="scroller">
        <ul class="mailbox-rows">
          {nodes.map((node) => <MailboxRow key={node.mailbox.id} node={node} />)}
        </ul>
        <button type="button" class="button flat new-folder" onClick={() => void create()}>
          <Icon name="plus" /> {t().newFolder}
        </button>
      </div>
      <QuotaBar />
    </nav>
  );
}
