import type { Claimed, Exchange, Exchanged } from '../../lambdas/adapters/hosts/exchange.ts';
import { type Credential, credentialOf, leafInWords } from './credential.ts';
import { type Wire, WireFailure } from './wire.ts';
import type { World } from './world.ts';

/** The token host without its sockets (F17). */
export function inProcessExchange({ authHost, identities, tokenExchange }: World, wire: Wire): Exchange {
  const answer = (claimed: Claimed, credential: Credential | null): Exchanged => {
    if (credential && !credential.usable)
      return { kind: 'inconclusive', why: 'the key is not the one of the leaf' };
    const granted = tokenExchange({ ...claimed, presented: credential?.chain ?? null }, authHost);
    return granted.kind === 'granted'
      ? { kind: 'accepted', token: granted.token }
      : { kind: 'refused', code: granted.code };
  };
  return async (claimed) => {
    const credential = credentialOf(claimed);
    const call = {
      ...({ op: 'exchange', changes: false } as const),
      scope: identities.projectOf(claimed.serviceAccountId),
      about: `${authHost} ${leafInWords(credential)}`,
    };
    try {
      return await wire(call, () => answer(claimed, credential));
    } catch (error) {
      if (!(error instanceof WireFailure)) throw error;
      return { kind: 'inconclusive', why: error.message, passing: true };
    }
  };
}
