// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A mail's HTML, made harmless and shown in a frame of its own origin.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

import { Icon } from './icons';
import { inlinePictures } from './inline-pictures';
import { pressKey } from './keyboard';
import { sanitise } from './sanitise';
import { dark } from './theme';
import { t } from './strings';
import type { Email } from './jmap-types';

const NONE: ReadonlyMap<string, string> = new Map();

interface FromFrame {
  ready?: boolean;
  height?: number;
  key?: string;
  shift?: boolean;
}

export function MessageFrame({ email, html }: { email: Email; html: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [remote, setRemote] = useState(false);
  const [inline, setInline] = useState(NONE);
  const [ready, setReady] = useState(0);
  const clean = useMemo(() => sanitise(html, { remote, inline }), [html, remote, inline]);

  useEffect(() => {
    const aborter = new AbortController();
    void inlinePictures(email, html, aborter.signal).then((pictures) => {
      if (!aborter.signal.aborted && pictures.size > 0) setInline(pictures);
    });
    return () => aborter.abort();
  }, [email.id, html]);

  // Before the frame can be ready: later effects may run when it has said so already.
  useLayoutEffect(() => {
    const listen = (event: MessageEvent<FromFrame>) => {
      // Its origin is opaque ("null"): the window is what tells our frame from others.
      if (event.source !== frame.current?.contentWindow) return;
      const { ready: isReady, height, key, shift } = event.data ?? {};
      if (isReady) setReady((count) => count + 1);
      if (typeof height === 'number' && height >= 0) frame.current!.style.height = `${Math.min(60_000, height)}px`;
      if (typeof key === 'string') pressKey(key, shift === true);
    };
    addEventListener('message', listen);
    return () => removeEventListener('message', listen);
  }, []);

  useEffect(() => {
    if (ready === 0) return;
    const message = { html: clean.html, coloured: clean.coloured, dark: dark.value, quoteLabel: t().showQuoted };
    // An opaque origin cannot be named, so the message is for whoever is in the frame: our own
    // document, as its policy forbids it to go anywhere.
    frame.current?.contentWindow?.postMessage(message, '*');
  }, [ready, clean, dark.value]);

  return (
    <>
      {clean.blocked && !remote && (
        <div class="info-bar" role="status">
          <Icon name="shield" />
          <span>{t().picturesBlocked}</span>
          <button type="button" class="button" onClick={() => setRemote(true)}>{t().showPictures}</button>
        </div>
      )}
      <iframe
        key={remote ? 'remote' : 'blocked'} ref={frame} class={clean.coloured ? 'message-frame coloured' : 'message-frame'}
        src={remote ? '/frame?remote=1' : '/frame'} title={t().messageText}
        sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"
      />
    </>
  );
}
