// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The dialog for how one signs in.

import { useEffect, useRef } from 'preact/hooks';

import { AppPasswords } from './app-passwords';
import { HttpError } from './jmap-client';
import { showToast } from './notify';
import { OwnPassword } from './own-password';
import { SecondStep } from './second-factor';
import { settingsShown } from './settings';
import { t } from './strings';

/** Says what did not work. */
export function tell(error: unknown): void {
  const text = !(error instanceof HttpError) ? t().errorNetwork : error.status < 500 ? t().errorRefused(error.detail) : t().errorServer;
  showToast(text, undefined, 'error');
}

export function SettingsDialog() {
  const box = useRef<HTMLDialogElement>(null);
  const shown = settingsShown.value;
  useEffect(() => {
    if (shown) box.current?.showModal();
  }, [shown]);
  if (!shown) return null;
  const close = () => (settingsShown.value = false);
  return (
    <dialog class="dialog dialog-settings" ref={box} aria-labelledby="settings-title" onClose={close}>
      <div class="dialog-inside">
        <h2 id="settings-title">{t().signingInSettings}</h2>
        <div class="settings">
          <SecondStep fail={tell} />
          <AppPasswords fail={tell} />
          <OwnPassword fail={tell} />
        </div>
        <div class="dialog-buttons">
          <button class="button" type="button" onClick={close}>{t().close}</button>
        </div>
      </div>
    </dialog>
  );
}
