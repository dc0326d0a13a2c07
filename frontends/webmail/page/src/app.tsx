// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The page as a whole.

import { useEffect } from 'preact/hooks';

import { AliasesDialog } from './aliases';
import { ComposeWindows } from './compose-window';
import { Icon } from './icons';
import { Logo } from './logo';
import { MailboxList } from './mailbox-list';
import { MessageList } from './message-list';
import { MessageView } from './message-view';
import { QuestionDialog } from './question-dialog';
import { RulesDialog } from './rules-dialog';
import { start } from './session';
import { SettingsDialog } from './settings-dialog';
import { SharedFilesDialog } from './shared-files';
import { SignInAgain, SignInPage } from './sign-in';
import { online, pane, phase } from './store';
import { language, t } from './strings';
import { Toasts } from './toasts';
import { WhyDialog } from './why-dialog';

function Starting() {
  return <main class="status whole"><Logo size={72} /><span class="spinner" role="status" aria-label={t().loading} /></main>;
}

function Failed() {
  const again = () => {
    phase.value = 'starting';
    void start();
  };
  return (
    <main class="status whole">
      <Icon name="warning" />
      <p role="alert">{t().errorNetwork}</p>
      <button type="button" class="button suggested pill" onClick={again}>{t().tryAgain}</button>
    </main>
  );
}

function Mail() {
  return (
    <>
      {!online.value && <p class="offline" role="status">{t().offline}</p>}
      <div class={`panes show-${pane.value}`}>
        <MailboxList />
        <MessageList />
        <MessageView />
        {pane.value === 'mailboxes' && (
          <button type="button" class="scrim" aria-label={t().close} onClick={() => (pane.value = 'list')} />
        )}
      </div>
      <ComposeWindows />
    </>
  );
}

export function App() {
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  const now = phase.value;
  return (
    <>
      {now === 'starting' && <Starting />}
      {now === 'failed' && <Failed />}
      {now === 'signed-out' && <SignInPage />}
      {now === 'ready' && <Mail />}
      <Toasts />
      {now === 'ready' && <SettingsDialog />}
      {now === 'ready' && <AliasesDialog />}
      {now === 'ready' && <RulesDialog />}
      {now === 'ready' && <SharedFilesDialog />}
      {now === 'ready' && <WhyDialog />}
      <QuestionDialog />
      <SignInAgain />
    </>
  );
}
