// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Files that the person shares by links: listed, copied, ended.

import { useEffect, useRef, useState } from 'preact/hooks';

import { bigFilesShown, endAfter, endBigFile, listBigFiles, updateBigFile, type BigFile } from './big-files';
import { explain } from './actions';
import { CopyButton } from './copy-button';
import { confirm } from './dialogs';
import { formatShortDate, formatSize } from './format';
import { showToast } from './notify';
import { locale, t } from './strings';

const DAYS = [7, 30, 365, 0];

function describe(file: BigFile): string {
  const ended = file.expiresAt !== null && new Date(file.expiresAt).getTime() <= Date.now();
  const words = [formatSize(file.size, locale())];
  if (ended) words.push(t().linkEnded);
  else words.push(file.expiresAt ? t().aliasUntil(formatShortDate(file.expiresAt, locale())) : t().aliasForever);
  words.push(t().fetched(file.downloads, file.maxDownloads));
  if (file.hasPassword) words.push(t().withPassword);
  if (file.isDetached) words.push(t().detachedFile);
  return words.join(' · ');
}

interface RowProps {
  file: BigFile;
  busy: boolean;
  extend: (days: number) => void;
  end: () => void;
}

function Row({ file, busy, extend, end }: RowProps) {
  return (
    <li class="setting-row shared-file">
      <span class="setting-words">
        <bdi class="shared-name">{file.name}</bdi>
        <span class="dim small-text">{describe(file)}</span>
      </span>
      <span class="setting-buttons">
        <CopyButton text={file.url} label={file.name} />
        <select
          class="button" aria-label={`${t().linkEnds}: ${file.name}`} disabled={busy} value=""
          onChange={(event) => {
            extend(Number(event.currentTarget.value));
            event.currentTarget.value = '';
          }}
        >
          <option value="" disabled hidden>{t().linkEndsShort}</option>
          {DAYS.map((n) => <option key={n} value={n}>{t().aliasDays(n)}</option>)}
        </select>
        <button class="button" type="button" disabled={busy} aria-label={`${t().endAlias}: ${file.name}`} onClick={end}>{t().endAlias}</button>
      </span>
    </li>
  );
}

function SharedFiles({ focus }: { focus: () => void }) {
  const [list, setList] = useState<BigFile[] | null>(null);
  const [busy, setBusy] = useState(false);

  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      setList(await listBigFiles());
    } catch (error) {
      showToast(explain(error), undefined, 'error');
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void act(async () => undefined), []);

  const end = async (file: BigFile) => {
    const text = file.isDetached ? t().endDetachedText(file.name) : t().endLinkText(file.name);
    if (!(await confirm(t().endLinkTitle, text, t().endAlias, true))) return;
    // The button goes away, and the keyboard must stay in the dialog.
    focus();
    await act(() => endBigFile(file.id));
  };

  return (
    <section>
      <p class="dim small-text">{t().sharedFilesText}</p>
      {list !== null && list.length === 0 && <p class="dim">{t().noSharedFiles}</p>}
      {list !== null && list.length > 0 && (
        <ul class="boxed-list">
          {list.map((file) => (
            <Row
              key={file.id} file={file} busy={busy} end={() => void end(file)}
              extend={(days) => void act(() => updateBigFile(file.id, { expiresAt: endAfter(days) }))}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

export function SharedFilesDialog() {
  const box = useRef<HTMLDialogElement>(null);
  const closing = useRef<HTMLButtonElement>(null);
  const shown = bigFilesShown.value;
  useEffect(() => {
    if (shown) box.current?.showModal();
  }, [shown]);
  if (!shown) return null;
  const close = () => (bigFilesShown.value = false);
  return (
    <dialog class="dialog dialog-settings dialog-shared-files" ref={box} aria-labelledby="shared-files-title" onClose={close}>
      <div class="dialog-inside">
        <h2 id="shared-files-title">{t().sharedFiles}</h2>
        <div class="settings"><SharedFiles focus={() => closing.current?.focus()} /></div>
        <div class="dialog-buttons">
          <button class="button" type="button" ref={closing} onClick={close}>{t().close}</button>
        </div>
      </div>
    </dialog>
  );
}
