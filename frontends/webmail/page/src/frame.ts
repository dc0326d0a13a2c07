// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Inside the frame: shows the HTML that the page has made harmless, says how high it is, and
// hands keys back, so that the shortcuts work wherever the focus is. This document has an
// origin of its own and a policy that loads nothing; it can reach neither page nor session.

interface Show {
  html: string;
  coloured: boolean;
  dark: boolean;
  quoteLabel: string;
}

const BASE = `
:root { color-scheme: light; }
:root.plain.dark { color-scheme: dark; }
html, body { margin: 0; background: transparent; overflow-y: hidden; }
html { overflow-x: auto; }
body { font: 15px/1.5 system-ui, "Cantarell", "Adwaita Sans", sans-serif; color: #1d1d20; overflow-wrap: break-word; padding: 1px; }
:root.dark.plain body { color: #f2f2f4; }
:root.coloured body { background: #fff; padding: 16px; }
img { max-width: 100%; height: auto; }
table { max-width: 100%; }
pre { white-space: pre-wrap; }
a { color: #1a5fb4; }
:root.dark.plain a { color: #81b4f5; }
blockquote { margin: 4px 0 4px 0; padding-left: 12px; border-left: 3px solid #9a9996; }
.intimail-fold { display: inline-block; margin: 6px 0; padding: 1px 12px; border: 0; border-radius: 99px; background: #8884; color: inherit; font: inherit; line-height: 1.2; cursor: pointer; }
.intimail-fold:focus-visible { outline: 2px solid #3584e4; outline-offset: 2px; }
.intimail-folded { display: none !important; }
`;

/** A page that grows with its frame would never stop. */
const MAX_RESIZES = 200;
const MAX_HEIGHT = 60_000;

let resizes = 0;
let lastHeight = 0;

function post(message: object): void {
  parent.postMessage(message, '*');
}

function measure(): void {
  const height = Math.min(MAX_HEIGHT, Math.ceil(Math.max(document.body.scrollHeight, document.body.getBoundingClientRect().height)));
  const overflow = document.documentElement.scrollWidth > document.documentElement.clientWidth ? 18 : 0;
  if (Math.abs(height + overflow - lastHeight) < 2 || resizes++ > MAX_RESIZES) return;
  lastHeight = height + overflow;
  post({ height: lastHeight });
}

function foldQuotes(label: string): void {
  const quotes = document.body.querySelectorAll<HTMLElement>('blockquote, .gmail_quote');
  for (const quote of quotes) {
    const outer = quote.parentElement?.closest('blockquote, .gmail_quote');
    const only = document.body.innerText.trim().length - quote.innerText.trim().length < 40;
    if (outer || only || quote.innerText.trim().length < 200) continue;
    const button = document.createElement('button');
    button.className = 'intimail-fold';
    button.textContent = '•••';
    button.title = label;
    button.setAttribute('aria-label', label);
    button.setAttribute('aria-expanded', 'false');
    button.addEventListener('click', () => {
      const folded = quote.classList.toggle('intimail-folded');
      button.setAttribute('aria-expanded', String(!folded));
      measure();
    });
    quote.classList.add('intimail-folded');
    quote.before(button);
  }
}

function show(message: Show): void {
  const parsed = new DOMParser().parseFromString(message.html, 'text/html');
  const base = document.createElement('style');
  base.textContent = BASE;
  const styles = [...parsed.querySelectorAll('style')];
  for (const old of document.head.querySelectorAll('style')) old.remove();
  document.head.append(base, ...styles);
  document.body.replaceWith(document.adoptNode(parsed.body));
  const root = document.documentElement;
  root.className = `${message.coloured ? 'coloured' : 'plain'}${message.dark ? ' dark' : ''}`;
  foldQuotes(message.quoteLabel);
  resizes = 0;
  lastHeight = 0;
  measure();
  const observer = new ResizeObserver(measure);
  observer.observe(document.body);
  for (const image of document.images) image.addEventListener('load', measure);
}

addEventListener('message', (event) => {
  if (event.source === parent) show(event.data as Show);
});
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || ['Tab', 'Enter', ' '].includes(event.key)) return;
  post({ key: event.key, shift: event.shiftKey });
});
post({ ready: true });
