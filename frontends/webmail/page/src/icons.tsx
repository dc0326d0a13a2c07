// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The icons, drawn on a grid of 16 with strokes of the text's colour.

const PATHS = {
  inbox: 'M2.5 9.5h3l1 2h3l1-2h3M2.5 9.5v3a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3l-2-6a1 1 0 0 0-1-.7h-5a1 1 0 0 0-1 .7z',
  drafts: 'M10.2 3.3l2.5 2.5L6 12.5l-3.2.7.7-3.2zM8.8 4.7l2.5 2.5',
  sent: 'M14 2L7.2 8.8M14 2L9.7 14 7.2 8.8 2 6.3z',
  archive: 'M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.5h3',
  junk: 'M8 2.2l5.8 10.6a.5.5 0 0 1-.4.7H2.6a.5.5 0 0 1-.4-.7zM8 6.5v3M8 11.4v.1',
  trash: 'M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.7 9h6.6l.7-9M6.8 7v4M9.2 7v4',
  folder: 'M2 4.5v7.8a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1H8L6.5 3.2H3a1 1 0 0 0-1 1z',
  reply: 'M6.5 3.5L2.5 7.5l4 4M2.5 7.5h6a5 5 0 0 1 5 5',
  replyAll: 'M8.5 3.5l-4 4 4 4M5 3.5l-4 4 4 4M4.5 7.5h5a5 5 0 0 1 5 5',
  forward: 'M9.5 3.5l4 4-4 4M13.5 7.5h-6a5 5 0 0 0-5 5',
  star: 'M8 1.8l1.9 4 4.3.6-3.1 3 .8 4.4L8 11.7l-3.9 2.1.8-4.4-3.1-3 4.3-.6z',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.3 10.3l3.2 3.2',
  compose: 'M13.5 8.5V13a1 1 0 0 1-1 1H3.3a1 1 0 0 1-1-1V3.8a1 1 0 0 1 1-1H8M12.3 2l1.8 1.8-5.6 5.6-2.3.5.5-2.3z',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M9.8 3.2L5 8l4.8 4.8',
  down: 'M3.5 6L8 10.5 12.5 6',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  more: 'M8 2.7a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zM8 7.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1zM8 12.3a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1z',
  link: 'M6.8 9.2l2.4-2.4M7.4 4.7l1.5-1.5a2.7 2.7 0 0 1 3.9 3.9l-1.5 1.5M8.6 11.3l-1.5 1.5a2.7 2.7 0 0 1-3.9-3.9l1.5-1.5',
  attach: 'M13 7.3l-5 5a3.2 3.2 0 0 1-4.6-4.5l5.3-5.3a2.1 2.1 0 0 1 3 3L6.6 10.7a1 1 0 0 1-1.5-1.4l4.6-4.6',
  unread: 'M2 4h12v8.5H2zM2.3 4.3L8 9l5.7-4.7',
  read: 'M2 6.5v7h12v-7L8 2zM2.3 6.7L8 10.5l5.7-3.8',
  moveTo: 'M2 4.5v7.8a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V6a1 1 0 0 0-1-1H8L6.5 3.2H3a1 1 0 0 0-1 1zM5.5 9.2h4.7M8.4 7.2l2 2-2 2',
  download: 'M8 2.5v8M4.8 7.5L8 10.7l3.2-3.2M3 13.5h10',
  picture: 'M2 3h12v10H2zM2 11l3.5-3.5 3 3L10.5 8l3.5 3.5M10.6 5.7v.1',
  file: 'M4 1.8h5L12.5 5v9.2H4zM9 1.8V5h3.5',
  plus: 'M8 3v10M3 8h10',
  check: 'M3 8.5l3.3 3.3L13 4.5',
  warning: 'M8 2.2l5.8 10.6a.5.5 0 0 1-.4.7H2.6a.5.5 0 0 1-.4-.7zM8 6.5v3M8 11.4v.1',
  minimise: 'M3.5 11.5h9',
  expand: 'M9.5 2.5h4v4M13.5 2.5L9 7M6.5 13.5h-4v-4M2.5 13.5L7 9',
  shield: 'M8 1.8l5 1.8v4.2c0 3-2.2 5.3-5 6.4-2.8-1.1-5-3.4-5-6.4V3.6z',
  shieldCheck: 'M8 1.8l5 1.8v4.2c0 3-2.2 5.3-5 6.4-2.8-1.1-5-3.4-5-6.4V3.6zM5.6 7.9l1.8 1.8 3.2-3.6',
  place: 'M8 14.3c2.8-3 4.4-5.4 4.4-7.6a4.4 4.4 0 0 0-8.8 0c0 2.2 1.6 4.6 4.4 7.6zM8 5.2a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z',
  person: 'M8 2.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM2.8 13.8c0-2.6 2.2-4.2 5.2-4.2s5.2 1.6 5.2 4.2',
  clock: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM8 4.5V8l2.6 1.8',
  help: 'M8 14.2A6.2 6.2 0 1 0 8 1.8a6.2 6.2 0 0 0 0 12.4zM6.3 6.3a1.8 1.8 0 1 1 2.5 1.8c-.5.2-.8.6-.8 1.2M8 11.4v.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg class={filled ? 'icon filled' : 'icon'} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
