// SPDX-License-Identifier: LGPL-2.1-or-later
//
// A button that is only an icon, with its words for those who do not see it.

import { Icon, type IconName } from './icons';

interface Props {
  icon: IconName;
  label: string;
  onClick: (event: MouseEvent) => void;
  class?: string;
  filled?: boolean;
  disabled?: boolean;
  pressed?: boolean;
  /** of a button that opens a menu */
  expanded?: boolean;
}

export function IconButton({ icon, label, onClick, filled, disabled, pressed, expanded, class: extra = '' }: Props) {
  return (
    <button
      type="button"
      class={`icon-button ${extra}`}
      title={label}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} filled={filled} />
    </button>
  );
}
