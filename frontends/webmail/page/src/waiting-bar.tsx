// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Above a draft that waits to be sent: when, and the way back.

import { useEffect, useState } from 'preact/hooks';

import { showError } from './actions';
import { formatLongDate } from './format';
import { Icon } from './icons';
import { showToast } from './notify';
import { cancelSending, findWaiting, type Waiting } from './sending';
import { locale, t } from './strings';
import type { Id } from './jmap-types';

export function WaitingBar({ emailId }: { emailId: Id }) {
  const [waiting, setWaiting] = useState<Waiting | null>(null);

  useEffect(() => {
    let gone = false;
    setWaiting(null);
    findWaiting(emailId).then((found) => !gone && setWaiting(found), () => undefined);
    return () => {
      gone = true;
    };
  }, [emailId]);

  if (!waiting) return null;
  const cancel = async (): Promise<void> => {
    try {
      if (!(await cancelSending(waiting.id))) showToast(t().tooLateToUndo, undefined, 'error');
      setWaiting(null);
    } catch (error) {
      showError(error);
    }
  };
  return (
    <div class="info-bar waiting-bar" role="status">
      <Icon name="clock" /><span>{t().waitsUntil(formatLongDate(waiting.sendAt, locale()))}</span>
      <button type="button" class="button" onClick={() => void cancel()}>{t().doNotSend}</button>
    </div>
  );
}
