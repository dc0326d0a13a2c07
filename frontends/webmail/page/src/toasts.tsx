// SPDX-License-Identifier: LGPL-2.1-or-later

import { IconButton } from './button';
import { dismissToast, spoken, toasts } from './notify';
import { t } from './strings';

export function Toasts() {
  return (
    <>
      <div class="toasts" role="status" aria-live="polite">
        {toasts.value.map((toast) => (
          <div key={toast.id} class={`toast ${toast.tone}`}>
            <span>{toast.text}</span>
            {toast.action && (
              <button
                type="button" class="button flat"
                onClick={() => {
                  dismissToast(toast.id);
                  toast.action!.run();
                }}
              >
                {toast.action.label}
              </button>
            )}
            <IconButton icon="close" class="small" label={t().close} onClick={() => dismissToast(toast.id)} />
          </div>
        ))}
      </div>
      <p class="hidden-words" aria-live="polite">{spoken.value}</p>
    </>
  );
}
