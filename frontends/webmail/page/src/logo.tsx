// SPDX-License-Identifier: LGPL-2.1-or-later

export function Logo({ size }: { size: number }) {
  return (
    <svg class="logo" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true" focusable="false">
      <rect x="2" y="7" width="28" height="20" rx="5" class="logo-shade" />
      <rect x="2" y="5" width="28" height="20" rx="5" class="logo-body" />
      <path d="M7 10.5l9 7 9-7" class="logo-flap" />
    </svg>
  );
}
