// SPDX-License-Identifier: LGPL-2.1-or-later

import { signal } from '@preact/signals';

const query = matchMedia('(prefers-color-scheme: dark)');

/** Whether the reader's system is dark; style sheets see it by themselves. */
export const dark = signal(query.matches);

query.addEventListener('change', () => (dark.value = query.matches));
