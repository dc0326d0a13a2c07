// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The files of a message that is being written.

import { IconButton } from './button';
import { bigFileOffer, endAfter } from './big-files';
import { attachedSize, attachmentLimit, type Attachment, type Draft } from './draft';
import { formatShortDate, formatSize } from './format';
import { Icon } from './icons';
import { locale, t } from './strings';

const DAYS = [7, 30, 90, 365, 0];

function sizeOf(file: Attachment): string {
  const size = formatSize(file.size, locale());
  return file.asLink ? t().asLink(size) : size;
}

/** How long a link is good, and with which password. */
function LinkChoices({ draft, file }: { draft: Draft; file: Attachment }) {
  return (
    <span class="link-choices">
      <select
        aria-label={`${t().linkEnds}: ${file.name}`} value=""
        onChange={(event) => {
          void draft.changeLink(file, { expiresAt: endAfter(Number(event.currentTarget.value)) });
          event.currentTarget.value = '';
        }}
      >
        <option value="" disabled hidden>
          {file.link!.expiresAt ? t().linkUntil(formatShortDate(file.link!.expiresAt, locale())) : t().linkForever}
        </option>
        {DAYS.map((n) => <option key={n} value={n}>{t().linkDays(n)}</option>)}
      </select>
      <input
        type="text" autocomplete="off" maxLength={255} aria-label={`${t().linkPassword}: ${file.name}`}
        placeholder={file.link!.hasPassword ? t().linkPasswordSet : t().linkPassword}
        onChange={(event) => {
          const password = event.currentTarget.value;
          if (password || file.link!.hasPassword) void draft.changeLink(file, { password: password || null });
        }}
      />
    </span>
  );
}

function File({ draft, file }: { draft: Draft; file: Attachment }) {
  const uploading = file.blobId === null && !file.error;
  const percent = Math.round(file.progress * 100);
  return (
    <li class={file.error ? 'upload wrong' : 'upload'}>
      <Icon name={file.asLink ? 'link' : file.type.startsWith('image/') ? 'picture' : 'file'} />
      <span class="upload-words">
        <span class="attachment-name">{file.name}</span>
        <span class="dim small-text">{file.error || sizeOf(file)}</span>
        {uploading && <progress max={100} value={percent} aria-label={t().uploading(file.name)}>{percent} %</progress>}
        {file.link && <LinkChoices draft={draft} file={file} />}
      </span>
      {file.error && file.file && (
        <button type="button" class="button flat" onClick={() => void draft.sendFile(file)}>{t().tryAgain}</button>
      )}
      {bigFileOffer() && file.blobId !== null && !file.asLink && (
        <IconButton icon="link" class="small" label={t().sendAsLink(file.name)} onClick={() => void draft.makeLink(file)} />
      )}
      <IconButton icon="close" class="small" label={t().removeAttachment(file.name)} onClick={() => draft.removeAttachment(file.key)} />
    </li>
  );
}

export function ComposeAttachments({ draft }: { draft: Draft }) {
  const files = draft.attachments.value;
  if (files.length === 0) return null;
  const sum = attachedSize(files);
  const max = attachmentLimit();
  const text = max ? t().attachedOf(formatSize(sum, locale()), formatSize(max, locale())) : formatSize(sum, locale());
  return (
    <div class="uploads">
      <ul aria-label={t().attachments}>{files.map((file) => <File key={file.key} draft={draft} file={file} />)}</ul>
      {sum > 0 && <p class={max && sum > max ? 'field-error' : 'dim small-text'}>{text}</p>}
    </div>
  );
}
