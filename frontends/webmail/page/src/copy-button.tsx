// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A button that copies a text, and says that it has.

import { useState } from 'preact/hooks';

import { t } from './strings';

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  // A page that does not come by TLS has no clipboard.
  if (!navigator.clipboard) return null;
  return (
    <button class="button" type="button" aria-label={label && `${copied ? t().copied : t().copy}: ${label}`} onClick={() => void copy()}>
      {copied ? t().copied : t().copy}
    </button>
  );
}
