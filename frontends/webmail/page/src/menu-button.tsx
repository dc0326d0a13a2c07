// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A button that opens a small menu below itself; it closes when something is chosen, on Escape
// and when something else is pressed.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { IconButton } from './button';
import type { IconName } from './icons';

interface Props {
  icon: IconName;
  label: string;
  class?: string;
  children: ComponentChildren;
}

export function MenuButton({ icon, label, children, class: extra = '' }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      box.current?.querySelector('button')?.focus();
    };
    addEventListener('pointerdown', outside);
    addEventListener('keydown', escape, true);
    box.current?.querySelector<HTMLElement>('.menu button')?.focus();
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('keydown', escape, true);
    };
  }, [open]);

  return (
    <div class={`menu-anchor ${extra}`} ref={box}>
      <IconButton icon={icon} label={label} expanded={open} onClick={() => setOpen(!open)} />
      {open && <div class="menu" role="group" aria-label={label} onClick={(event) => closes(event) && setOpen(false)}>{children}</div>}
    </div>
  );
}

function closes(event: MouseEvent): boolean {
  return (event.target as Element).closest('.menu-item') !== null;
}

interface ItemProps {
  label: string;
  onClick: () => void;
  class?: string;
  children?: ComponentChildren;
}

export function MenuItem({ label, onClick, children, class: extra = '' }: ItemProps) {
  return <button type="button" class={`menu-item ${extra}`} onClick={onClick}>{label}{children}</button>;
}
