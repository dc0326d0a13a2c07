// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A field of addresses: those that are complete are chips, the one being typed is completed
// from addresses that were seen.

import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Signal } from '@preact/signals';

import { distinct, formatAddress, parseAddress, shortName, splitAddresses } from './address';
import { Icon } from './icons';
import { completions } from './message-cache';
import { t } from './strings';
import type { Address } from './jmap-types';

const SUGGESTIONS = 6;

interface Props {
  label: string;
  value: Signal<Address[]>;
  autofocus?: boolean;
}

function Chip({ address, onRemove }: { address: Address; onRemove: () => void }) {
  return (
    <span class="chip" title={formatAddress(address)}>
      {shortName(address)}
      <button type="button" tabIndex={-1} aria-label={t().removeRecipient(shortName(address))} onClick={onRemove}><Icon name="close" /></button>
    </span>
  );
}

export function RecipientField({ label, value, autofocus }: Props) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [wrong, setWrong] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const offered = completions(text, SUGGESTIONS + value.value.length).filter(
    (one) => !value.value.some((other) => other.email.toLowerCase() === one.email.toLowerCase()),
  ).slice(0, SUGGESTIONS);
  const open = text.trim() !== '' && offered.length > 0;

  useLayoutEffect(() => {
    if (autofocus) input.current?.focus();
  }, []);

  const add = (addresses: Address[]) => {
    value.value = distinct([...value.value, ...addresses]);
    setText('');
    setAt(0);
    setWrong(false);
  };
  /** Takes what is typed; what is no address stays and is marked. */
  const accept = (typed: string): boolean => {
    const parts = splitAddresses(typed);
    const parsed = parts.map(parseAddress);
    const good = parsed.filter((one): one is Address => one !== null);
    const rest = parts.filter((_, i) => parsed[i] === null).join(', ');
    if (good.length > 0) value.value = distinct([...value.value, ...good]);
    setText(rest);
    setWrong(rest !== '');
    return rest === '';
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : offered.length - 1)) % offered.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && open && !parseAddress(text)) {
      event.preventDefault();
      add([offered[at] ?? offered[0]!]);
    } else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      accept(text);
    } else if ((event.key === ',' || event.key === ';') && parseAddress(text)) {
      event.preventDefault();
      accept(text);
    } else if (event.key === 'Backspace' && text === '' && value.value.length > 0) {
      value.value = value.value.slice(0, -1);
    } else if (event.key === 'Escape' && text !== '') {
      event.stopPropagation();
      setText('');
    }
  };

  return (
    <div class={wrong ? 'recipients wrong' : 'recipients'} onClick={() => input.current?.focus()}>
      <label class="recipients-label" for={`${listId}-input`}>{label}</label>
      <div class="chips">
        {value.value.map((address) => (
          <Chip key={address.email} address={address} onRemove={() => (value.value = value.value.filter((one) => one !== address))} />
        ))}
        <input
          id={`${listId}-input`} ref={input} value={text} type="text" inputMode="email" autocomplete="off" autocapitalize="none" spellcheck={false}
          role="combobox" aria-expanded={open} aria-controls={listId} aria-autocomplete="list" aria-invalid={wrong}
          aria-activedescendant={open ? `${listId}-${at}` : undefined}
          onInput={(event) => (setText(event.currentTarget.value), setAt(0), setWrong(false))}
          onKeyDown={keyDown} onBlur={() => text.trim() && accept(text)}
          onPaste={(event) => {
            const pasted = event.clipboardData?.getData('text') ?? '';
            if (!/[,;\n<]/.test(pasted)) return;
            event.preventDefault();
            accept(text + pasted);
          }}
        />
      </div>
      {wrong && <p class="field-error" role="alert">{t().notAnAddress}</p>}
      {open && (
        <ul class="suggestions" id={listId} role="listbox" aria-label={t().suggestions}>
          {offered.map((address, i) => (
            <li
              key={address.email} id={`${listId}-${i}`} role="option" aria-selected={i === at}
              onPointerDown={(event) => (event.preventDefault(), add([address]))}
            >
              <span>{shortName(address)}</span>{address.name && <span class="dim">{address.email}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
