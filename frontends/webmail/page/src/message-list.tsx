// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The pane with the list of messages: only the rows on the screen are in the document.

import { useLayoutEffect, useRef, useState } from 'preact/hooks';

import { explain, moveAsking, moveToRole, remove, toggleFlag, toggleSeen } from './actions';
import { IconButton } from './button';
import { newMessage } from './compose';
import { formatNumber } from './format';
import { Icon } from './icons';
import { computeWindow, scrollToShow } from './list-window';
import { idAt, indexOf, knownIds, listError, listTotal, listVersion, refreshListing, showWindow } from './listing';
import { mailboxName } from './mailboxes';
import { rowsVersion } from './message-cache';
import { MessageRow } from './message-row';
import { changeView, showMailboxes } from './navigation';
import { SearchBar } from './search-bar';
import { clearSelection, cursor, select, selected } from './selection';
import { currentMailbox, openId, view, type Only } from './store';
import { locale, t } from './strings';

const ROW = 76;
const OVERSCAN = 6;

function Filters() {
  const choices: [Only, string][] = [['all', t().all], ['unread', t().unreadOnly], ['flagged', t().flaggedOnly]];
  const { only, text, everywhere } = view.value;
  return (
    <div class="filters">
      <div class="linked" role="group" aria-label={t().filter}>
        {choices.map(([value, label]) => (
          <button key={value} type="button" class="button" aria-pressed={only === value} onClick={() => changeView({ only: value })}>
            {label}
          </button>
        ))}
      </div>
      {text !== '' && (
        <label class="check">
          <input type="checkbox" checked={everywhere} onChange={() => changeView({ everywhere: !everywhere })} />
          {t().everywhere}
        </label>
      )}
    </div>
  );
}

function SelectionBar() {
  const ids = [...selected.value];
  if (ids.length === 0) return null;
  const role = currentMailbox.value?.role;
  return (
    <div class="selection-bar" role="toolbar" aria-label={t().selection}>
      <IconButton icon="close" label={t().clearSelection} onClick={clearSelection} />
      <span class="selection-count">{t().selectedCount(ids.length)}</span>
      <IconButton icon="check" label={t().selectAll} onClick={() => select(knownIds())} />
      <IconButton icon="unread" label={t().toggleRead} onClick={() => toggleSeen(ids)} />
      <IconButton icon="star" label={t().flag} onClick={() => toggleFlag(ids)} />
      {role !== 'archive' && <IconButton icon="archive" label={t().archive} onClick={() => void moveToRole(ids, 'archive')} />}
      <IconButton icon="moveTo" label={t().move} onClick={() => void moveAsking(ids)} />
      <IconButton icon="trash" label={role === 'trash' ? t().deleteForEver : t().remove} onClick={() => void remove(ids)} />
    </div>
  );
}

function Empty() {
  const failed = listError.value;
  const searching = view.value.text !== '' || view.value.only !== 'all';
  if (failed) {
    return (
      <div class="status">
        <Icon name="warning" />
        <p>{explain(failed)}</p>
        <button type="button" class="button" onClick={() => void refreshListing()}>{t().tryAgain}</button>
      </div>
    );
  }
  return (
    <div class="status">
      <Icon name={searching ? 'search' : (currentMailbox.value?.role ?? 'folder')} />
      <h2>{searching ? t().nothingFound : t().emptyFolder}</h2>
    </div>
  );
}

function Rows() {
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ top: 0, height: 800 });
  void listVersion.value;
  void rowsVersion.value;
  const total = listTotal.value ?? 12;
  const place = computeWindow(at.top, at.height, total, ROW, OVERSCAN);
  const key = `${view.value.mailboxId}/${view.value.text}/${view.value.only}/${view.value.everywhere}`;

  useLayoutEffect(() => {
    const box = scroller.current!;
    const look = () => setAt({ top: box.scrollTop, height: box.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(box);
    look();
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    scroller.current!.scrollTop = 0;
  }, [key]);
  useLayoutEffect(() => showWindow(place.first, place.end), [place.first, place.end, key]);
  useLayoutEffect(() => {
    const index = cursor.value === null ? -1 : indexOf(cursor.value);
    const box = scroller.current!;
    if (index >= 0) box.scrollTop = scrollToShow(index, box.scrollTop, box.clientHeight, total, ROW);
  }, [cursor.value]);

  const indices = Array.from({ length: place.end - place.first }, (_, i) => place.first + i);
  const active = cursor.value !== null && indexOf(cursor.value) >= 0 ? `row-${cursor.value}` : undefined;
  return (
    <div
      class="scroller rows-scroller" ref={scroller} tabIndex={0} role="listbox" aria-multiselectable aria-label={t().messages}
      aria-activedescendant={active} aria-busy={listTotal.value === null}
      onScroll={(event) => setAt({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
    >
      {listTotal.value === 0 || (listError.value && listTotal.value === null) ? <Empty /> : (
        <div class="rows" role="presentation" style={{ height: `${place.height}px` }}>
          <div class="rows-window" role="presentation" style={{ transform: `translateY(${place.top}px)` }}>
            {indices.map((index) => <MessageRow key={idAt(index) ?? index} id={idAt(index)} index={index} total={total} />)}
          </div>
        </div>
      )}
    </div>
  );
}

export function MessageList() {
  const mailbox = currentMailbox.value;
  const total = listTotal.value;
  return (
    <section class={selected.value.size > 0 ? 'pane list selecting' : 'pane list'} aria-label={t().messages} data-open={openId.value !== null}>
      <header class="header-bar">
        <IconButton icon="menu" class="narrow-only" label={t().mailboxes} onClick={showMailboxes} />
        <h2 class="title">
          {mailboxName(mailbox)}
          {total !== null && <span class="subtitle">{t().messageCount(total, formatNumber(total, locale()))}</span>}
        </h2>
        <IconButton icon="compose" class="narrow-only" label={t().write} onClick={() => newMessage()} />
      </header>
      <div class="list-tools">
        <SearchBar />
        <Filters />
      </div>
      <SelectionBar />
      <Rows />
    </section>
  );
}
