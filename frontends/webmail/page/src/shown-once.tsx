// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A secret that the server does not tell again.

import { useEffect, useRef, useState } from 'preact/hooks';

import { t } from './strings';

export function Shown({ title, lines, done }: { title: string; lines: string[]; done: () => void }) {
  const [copied, setCopied] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const copy = async () => {
    await navigator.clipboard.writeText(lines.join('\n'));
    setCopied(true);
  };
  return (
    <div class="shown-once" role="group" aria-label={title} tabIndex={-1} ref={box}>
      <p><strong>{title}</strong></p>
      <ul class="secrets">{lines.map((line) => <li key={line}><code>{line}</code></li>)}</ul>
      <p class="small-text">{t().shownOnce}</p>
      <div class="dialog-buttons">
        {/* A page that does not come by TLS has no clipboard. */}
        {navigator.clipboard && <button class="button" type="button" onClick={() => void copy()}>{copied ? t().copied : t().copy}</button>}
        <button class="button suggested" type="button" onClick={done}>{t().iHaveIt}</button>
      </div>
    </div>
  );
}
