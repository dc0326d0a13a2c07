// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What a message carries: each file with its size, a picture with a small view of itself.

import { useEffect, useState } from 'preact/hooks';

import { showError } from './actions';
import { bigFileOffer, detach } from './big-files';
import { IconButton } from './button';
import { confirm } from './dialogs';
import { formatSize } from './format';
import { Icon } from './icons';
import { fetchPicture } from './inline-pictures';
import { nameForFile } from './message-parts';
import { openMessage } from './navigation';
import { need, openId } from './store';
import { locale, t } from './strings';
import type { BodyPart, Email } from './jmap-types';

const MAX_THUMBNAIL = 3_000_000;
/** Less is not worth a link. */
const MIN_DETACHED = 1_000_000;

function Thumbnail({ part }: { part: BodyPart }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (part.size > MAX_THUMBNAIL) return;
    const aborter = new AbortController();
    fetchPicture(part, aborter.signal).then(setUrl, () => undefined);
    return () => aborter.abort();
  }, [part.blobId]);
  if (url) return <img class="thumbnail" src={url} alt="" />;
  return <span class="thumbnail"><Icon name={part.type.startsWith('image/') ? 'picture' : 'file'} /></span>;
}

async function takeOut(email: Email, part: BodyPart, name: string): Promise<void> {
  if (!(await confirm(t().detachTitle, t().detachText(name), t().detach))) return;
  try {
    const id = await detach(email.id, part.partId!);
    if (openId.value === email.id) openMessage(id);
  } catch (error) {
    showError(error);
  }
}

export function AttachmentList({ email, html }: { email: Email; html: string | null }) {
  // A picture that the text shows is not shown twice.
  // Nor is what the card of an invitation offers.
  const calendar = email['intimail:invitation']?.blobId;
  const shown = (part: BodyPart) => part.blobId === calendar || html !== null && part.cid !== null && html.includes(`cid:${part.cid}`);
  const parts = email.attachments.filter((part) => part.blobId !== null && !shown(part));
  if (parts.length === 0) return null;
  const all = parts.length > 1 ? need().attachmentsUrl(email.id, `${nameForFile(email)}.zip`) : null;
  return (
    <section class="attachments" aria-label={t().attachments}>
      <header class="attachments-header">
        <h3>{t().attachmentCount(parts.length)}</h3>
        {all && <a class="download-all" download href={all}><Icon name="download" /> {t().downloadAll}</a>}
      </header>
      <ul>
        {parts.map((part) => {
          const name = part.name || (part.type === 'message/rfc822' ? t().forwardedMessage : t().unnamed);
          const file = part.intimailFileName ?? name;
          return (
            <li key={part.blobId} class="attachment-item">
              <a class="attachment" download={file} href={need().downloadUrl(part.blobId!, file, part.type)} title={`${t().download}: ${name}`}>
                <Thumbnail part={part} />
                <span class="attachment-words">
                  <span class="attachment-name">{name}</span>
                  <span class="dim small-text">{formatSize(part.size, locale())}</span>
                  {part.intimailDisguised && <span class="attachment-warning small-text">{t().disguised}</span>}
                </span>
                <Icon name="download" />
              </a>
              {bigFileOffer() && part.size >= MIN_DETACHED && part.partId !== null && (
                <IconButton icon="link" label={`${t().detach}: ${name}`} onClick={() => void takeOut(email, part, name)} />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
