// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The files of a message that is being written.

import { IconButton } from './button';
import type { Attachment, Draft } from './draft';
import { formatSize } from './format';
import { Icon } from './icons';
import { client } from './store';
import { locale, t } from './strings';

function File({ draft, file }: { draft: Draft; file: Attachment }) {
  const uploading = file.blobId === null && !file.error;
  const percent = Math.round(file.progress * 100);
  return (
    <li class={file.error ? 'upload wrong' : 'upload'}>
      <Icon name={file.type.startsWith('image/') ? 'picture' : 'file'} />
      <span class="upload-words">
        <span class="attachment-name">{file.name}</span>
        <span class="dim small-text">{file.error || formatSize(file.size, locale())}</span>
        {uploading && <progress max={100} value={percent} aria-label={t().uploading(file.name)}>{percent} %</progress>}
      </span>
      {file.error && file.file && (
        <button type="button" class="button flat" onClick={() => void draft.sendFile(file)}>{t().tryAgain}</button>
      )}
      <IconButton icon="close" class="small" label={t().removeAttachment(file.name)} onClick={() => draft.removeAttachment(file.key)} />
    </li>
  );
}

/** What one message may carry, as the server says. */
function limit(): number | null {
  const jmap = client.value;
  const account = jmap?.session.accounts[jmap.accountId];
  const mail = account?.accountCapabilities?.['urn:ietf:params:jmap:mail']?.maxSizeAttachmentsPerEmail;
  return mail ?? jmap?.session.capabilities['urn:ietf:params:jmap:core']?.maxSizeUpload ?? null;
}

export function ComposeAttachments({ draft }: { draft: Draft }) {
  const files = draft.attachments.value;
  if (files.length === 0) return null;
  const sum = files.reduce((total, file) => total + file.size, 0);
  const max = limit();
  const text = max ? t().attachedOf(formatSize(sum, locale()), formatSize(max, locale())) : formatSize(sum, locale());
  return (
    <div class="uploads">
      <ul aria-label={t().attachments}>{files.map((file) => <File key={file.key} draft={draft} file={file} />)}</ul>
      <p class={max && sum > max ? 'field-error' : 'dim small-text'}>{text}</p>
    </div>
  );
}
