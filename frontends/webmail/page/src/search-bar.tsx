// SPDX-License-Identifier: LGPL-2.1-or-later

import { useEffect, useRef, useState } from 'preact/hooks';

import { Icon } from './icons';
import { changeView } from './navigation';
import { view } from './store';
import { t } from './strings';

const PAUSE = 300;

export const SEARCH_ID = 'search';

export function SearchBar() {
  const [text, setText] = useState(view.value.text);
  const timer = useRef(0);
  const current = view.value.text;

  // Another mailbox was opened: its list is not searched.
  useEffect(() => setText(current), [current]);

  const search = (value: string, wait: number) => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      if (value.trim() !== view.value.text) changeView({ text: value.trim() });
    }, wait);
  };
  return (
    <div class="search" role="search">
      <Icon name="search" />
      <input
        id={SEARCH_ID} type="search" value={text} placeholder={t().search} aria-label={t().search} autocomplete="off" spellcheck={false}
        onInput={(event) => search(event.currentTarget.value, PAUSE)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') search(event.currentTarget.value, 0);
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          if (text) search('', 0);
          else event.currentTarget.blur();
        }}
      />
      {text !== '' && (
        <button type="button" class="search-clear" aria-label={t().clear} title={t().clear} onClick={() => search('', 0)}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
