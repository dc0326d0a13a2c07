// SPDX-License-Identifier: LGPL-2.1-or-later
//
// HTML of a mail, made harmless before it goes into the frame. The frame has no access to this
// page and its policy loads nothing; this is the wall before that wall.

import DOMPurify from 'dompurify';

export interface Sanitised {
  html: string;
  /** something from the network was left out */
  blocked: boolean;
  /** the mail sets colours of its own, so it is shown on white */
  coloured: boolean;
}

export interface SanitiseOptions {
  /** keep pictures of http and https */
  remote: boolean;
  /** Content-ID -> data: URL of the inline pictures */
  inline: ReadonlyMap<string, string>;
}

export const SETTINGS = {
  WHOLE_DOCUMENT: true,
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    'form', 'input', 'button', 'select', 'option', 'optgroup', 'textarea', 'label', 'fieldset', 'legend', 'datalist',
    'output', 'progress', 'meter', 'dialog', 'slot', 'template', 'audio', 'video', 'source', 'track', 'picture', 'map', 'area',
    'link', 'meta', 'base', 'iframe', 'frame', 'object', 'embed', 'noscript', 'svg', 'math',
  ],
  FORBID_ATTR: [
    'id', 'name', 'srcset', 'ping', 'autofocus', 'tabindex', 'accesskey', 'contenteditable', 'popover', 'popovertarget',
    'usemap', 'ismap', 'action', 'formaction', 'poster', 'is', 'slot', 'autoplay', 'draggable', 'longdesc', 'cite', 'xmlns',
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|cid:|data:image\/(?:png|gif|jpeg|webp|bmp);base64,|#)/i,
};

const WEB = /^https?:\/\//i;
const PICTURE = /^data:image\/(?:png|gif|jpeg|webp|bmp);base64,/i;
const CSS_COMMENT = /\/\*[\s\S]*?(?:\*\/|$)/g;
/** What loads something: url(), image-set() and kin with strings, @import, and the old scripts of CSS. */
const CSS_LOADS = /(?:url|src|image|image-set|-webkit-image-set|cross-fade|element|expression)\s*\(|@import|@charset|@namespace|@font-face|behavior\s*:|-moz-binding|-o-link|(?:java|vb)script:/i;

let state = { blocked: false, options: null as SanitiseOptions | null };

/** One declaration of CSS, or nothing when it would load what may not be loaded. */
function cleanDeclaration(declaration: string): string {
  if (!CSS_LOADS.test(declaration)) return declaration;
  const urls = [...declaration.matchAll(/url\(\s*(["']?)([^"')]*)\1\s*\)/gi)].map((match) => match[2]!.trim());
  const rest = declaration.replace(/url\(\s*(["']?)[^"')]*\1\s*\)/gi, '');
  const harmless = !CSS_LOADS.test(rest) && urls.length > 0;
  if (harmless && urls.every((url) => PICTURE.test(url))) return declaration;
  if (harmless && state.options?.remote && urls.every((url) => WEB.test(url))) return declaration;
  state.blocked = true;
  return '';
}

/** Cuts CSS after each `;`, `{` and `}` that is neither in a string nor in brackets. */
function cssParts(css: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < css.length; i++) {
    const c = css[i]!;
    if (quote) {
      if (c === quote || c === '\n') quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === '(') depth++;
    else if (c === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && (c === ';' || c === '{' || c === '}')) {
      parts.push(css.slice(start, i + 1));
      start = i + 1;
    }
  }
  parts.push(css.slice(start));
  return parts;
}

/** CSS without what loads something. Escapes could hide a word from the search: what has them goes. */
export function cleanCss(css: string): string {
  const clean = (part: string) => (part.includes('\\') ? keepBrackets(part) : cleanPart(part));
  return cssParts(css.replace(CSS_COMMENT, ' ')).map(clean).join('');
}

function keepBrackets(part: string): string {
  state.blocked ||= /\(|@/.test(part);
  return part.endsWith('}') ? '}' : part.endsWith('{') ? '.removed{' : '';
}

function cleanPart(part: string): string {
  const end = /[;{}]$/.exec(part)?.[0] ?? '';
  const body = end ? part.slice(0, -1) : part;
  const kept = cleanDeclaration(body);
  if (kept === body) return part;
  return end === '{' ? '.removed{' : kept + end;
}

function cleanPicture(node: Element): void {
  const source = node.getAttribute('src')?.trim();
  if (!source) {
    node.removeAttribute('src');
  } else if (/^cid:/i.test(source)) {
    const data = state.options?.inline.get(decodeId(source.slice(4)));
    if (data) node.setAttribute('src', data);
    else node.removeAttribute('src');
  } else if (WEB.test(source)) {
    if (state.options?.remote) return;
    node.removeAttribute('src');
    state.blocked = true;
  } else if (!PICTURE.test(source)) node.removeAttribute('src');
}

function decodeId(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function cleanLink(node: Element): void {
  const href = node.getAttribute('href')?.trim() ?? '';
  if (/^(https?:|mailto:|tel:)/i.test(href)) {
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer');
  } else if (!href.startsWith('#')) node.removeAttribute('href');
}

function cleanElement(node: Element): void {
  if (node.nodeName === 'IMG') cleanPicture(node);
  else node.removeAttribute('src');
  if (node.nodeName === 'A') cleanLink(node);
  else node.removeAttribute('href');
  const background = node.getAttribute('background');
  if (background !== null && !PICTURE.test(background) && !(state.options?.remote && WEB.test(background))) {
    node.removeAttribute('background');
    state.blocked = true;
  }
  const style = node.getAttribute('style');
  if (style !== null) node.setAttribute('style', cleanCss(style));
  if (node.nodeName === 'STYLE') node.textContent = cleanCss(node.textContent ?? '');
}

let hooked = false;

function addHooks(): void {
  if (hooked) return;
  hooked = true;
  DOMPurify.addHook('afterSanitizeAttributes', (node) => cleanElement(node as Element));
}

export function sanitise(html: string, options: SanitiseOptions): Sanitised {
  addHooks();
  state = { blocked: false, options };
  const clean = String(DOMPurify.sanitize(html, SETTINGS));
  return {
    html: clean,
    blocked: state.blocked,
    coloured: /\b(?:bgcolor|color|background)\b\s*[=:-]/i.test(clean),
  };
}

/** The words of HTML, for a quotation: no element of it is ever put into this page. */
export function htmlToText(html: string): string {
  const parsed = new DOMParser().parseFromString(html, 'text/html');
  for (const node of parsed.querySelectorAll('style,script,head,title,template,noscript')) node.remove();
  for (const node of parsed.querySelectorAll('br')) node.replaceWith('\n');
  for (const node of parsed.querySelectorAll('p,div,tr,li,h1,h2,h3,h4,h5,h6,blockquote,table,ul,ol,pre,hr')) {
    node.before('\n');
    node.append('\n');
  }
  for (const node of parsed.querySelectorAll('p,h1,h2,h3,h4,h5,h6,blockquote')) node.append('\n');
  const text = parsed.body?.textContent ?? '';
  return text.replace(/[ \t\u00a0]+/g, ' ').replace(/ ?\n ?/g, '\n').replace(/\n{3,}/g, '\n\n').trim();
}
