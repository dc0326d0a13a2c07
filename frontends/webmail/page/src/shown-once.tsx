// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A secret that the server does not tell again.

import { useEffect, useRef } from 'preact/hooks';

import { CopyButton } from './copy-button';
import { t } from './strings';

export function Shown({ title, lines, done }: { title: string; lines: string[]; done: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div class="shown-once" role="group" aria-label={title} tabIndex={-1} ref={box}>
      <p><strong>{title}</strong></p>
      <ul class="secrets">{lines.map((line) => <li key={line}><code>{line}</code></li>)}</ul>
      <p class="small-text">{t().shownOnce}</p>
      <div class="dialog-buttons">
        <CopyButton text={lines.join('\n')} />
        <button class="button suggested" type="button" onClick={done}>{t().iHaveIt}</button>
      </div>
    </div>
  );
}
