// SPDX-License-Identifier: LGPL-2.1-or-later
//
// One line about signing and encryption. Only what was verified with a key that is trusted, for the whole
// message and for its sender, looks so.

import { useEffect, useState } from 'preact/hooks';

import { sameEmail } from './address';
import { Icon } from './icons';
import { judge, type Judgement } from './signatures';
import { need } from './store';
import { t } from './strings';
import type { Email, GetResult, Protection, Signatures } from './jmap-types';

/** Asked for by itself: the message does not wait for it. */
function useSignatures(email: Email, wanted: boolean): Signatures | null {
  const [signatures, setSignatures] = useState<Signatures | null>(null);
  useEffect(() => {
    let gone = false;
    setSignatures(null);
    if (!wanted) return undefined;
    const asked = need().call<GetResult<Email>>('Email/get', { ids: [email.id], properties: ['intimail:signatures'] });
    asked.then(
      ({ list }) => !gone && setSignatures(list[0]?.['intimail:signatures'] ?? { list: [], problem: 'unavailable' }),
      () => !gone && setSignatures({ list: [], problem: 'unavailable' }),
    );
    return () => {
      gone = true;
    };
  }, [email.id, wanted]);
  return signatures;
}

function Line({ judgement, whole }: { judgement: Judgement; whole: boolean }) {
  const { level, text, fingerprint } = judgement;
  return (
    <p class={`protection ${level}`} title={fingerprint}>
      <Icon name={level === 'bad' ? 'warning' : level === 'good' ? 'shieldCheck' : 'shield'} />
      <span>{whole ? text : t().partOfMessage(text)}</span>
    </p>
  );
}

export function ProtectionLine({ email, protection }: { email: Email; protection: Protection }) {
  const verifiable = protection.kind === 'openpgp' && protection.state === 'signed' && !protection.isInText;
  const signatures = useSignatures(email, verifiable);
  const from = email.from ?? [];
  const isSender = (address: string) => from.length === 1 && sameEmail(from[0]!.email, address);
  return (
    <div class="protections" role="status">
      {judge(protection, verifiable, signatures, isSender).map((one, i) => <Line key={i} judgement={one} whole={protection.isWhole} />)}
    </div>
  );
}
