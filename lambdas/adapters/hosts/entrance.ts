import type { Exchanges } from '../../domain/cut/exchange.ts';
import type { NoPass, Verdict } from '../../domain/cut/verdict.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import type { Claimed, Exchange, Exchanged } from './exchange.ts';
import { inconclusive } from './fresh-session.ts';
import type { Probe } from './probe.ts';

type Keyless = Exclude<ClientCredential, { apiKey: string }>;

/**
 * What one client was answered at one host. A keyless client asks the token host first (`exchanges`), and
 * calls no other host without a token.
 */
export type Entry = { exchanges: Exchanges | null; control: Verdict; own: Verdict };

/** The calls of one look, each on its own TLS session. */
export interface Entrance {
  /**
   * Calls as the client does, with a control. A keyless client gets a token for its leaf, and presents both
   * (F17).
   */
  enter(host: string, credential: ClientCredential): Promise<Entry>;
  /** The same without a control: whether the client gets in, or what turns it away. */
  pass(host: string, credential: ClientCredential): Promise<Verdict>;
  /**
   * Presents the leaf of one credential with the key or token of another: a token is not bound to a
   * certificate (F17).
   */
  present(host: string, leaf: ClientCredential, other: ClientCredential): Promise<Verdict>;
  /** The answers to a leaf's exchange; null for a client with a key. */
  exchanges(credential: ClientCredential): Promise<Exchanges | null>;
  /** The number of calls so far, controls included. */
  calls(): number;
}

/**
 * Returns the entrance for one look. Each control and each exchange is made once: asking again would give the
 * same answer.
 */
export function createEntrance({ probe, exchange }: { probe: Probe; exchange: Exchange }): Entrance {
  let calls = 0;
  const counted = <T>(call: Promise<T>): Promise<T> => {
    calls++;
    return call;
  };
  const [exchanged, controlled] = [keeping<Exchanged>(), keeping<Verdict>()];
  const exchangeOf = (claimed: Claimed) =>
    exchanged(JSON.stringify(claimed), () => counted(exchange(claimed)));
  const controlAt = (host: string, apiKey: string) =>
    controlled(JSON.stringify([host, apiKey]), () => counted(probe(host, { apiKey })));

  /** Returns the API key, or a token for the leaf, or why no token was given. */
  async function bearerOf(credential: ClientCredential): Promise<{ bearer: string } | NoPass> {
    if ('apiKey' in credential) return { bearer: credential.apiKey };
    const own = await exchangeOf(claimOf(credential));
    return own.kind === 'accepted' ? { bearer: own.token } : own;
  }

  async function exchanges(credential: ClientCredential): Promise<Exchanges | null> {
    if ('apiKey' in credential) return null;
    const { identityProviderId, serviceAccountId } = credential;
    const [own, control] = await Promise.all([
      exchangeOf(claimOf(credential)),
      exchangeOf({ identityProviderId, serviceAccountId }),
    ]);
    return { own: withoutToken(own), control: withoutToken(control) };
  }

  const call = (host: string, apiKey: string, { certificateChain, privateKey }: ClientCredential) =>
    counted(probe(host, { apiKey, certificateChain, privateKey }));

  return {
    exchanges,
    async pass(host, credential) {
      const found = await bearerOf(credential);
      return 'bearer' in found ? call(host, found.bearer, credential) : found;
    },
    async present(host, leaf, other) {
      const found = await bearerOf(other);
      return 'bearer' in found ? call(host, found.bearer, leaf) : NO_TOKEN;
    },
    async enter(host, credential) {
      const [seen, found] = await Promise.all([exchanges(credential), bearerOf(credential)]);
      if (!('bearer' in found)) return { exchanges: seen, control: NO_TOKEN, own: NO_TOKEN };
      const [control, own] = await Promise.all([
        controlAt(host, found.bearer),
        call(host, found.bearer, credential),
      ]);
      return { exchanges: seen, control, own };
    },
    calls: () => calls,
  };
}

const claimOf = (credential: Keyless): Claimed => {
  const { identityProviderId, serviceAccountId, certificateChain, privateKey } = credential;
  return { identityProviderId, serviceAccountId, certificateChain, privateKey };
};

const NO_TOKEN = inconclusive('there is no token to call with');

/** Removes the token from an answer: it goes no further than the calls that are made with it (I14). */
const withoutToken = (exchanged: Exchanged): Verdict =>
  exchanged.kind === 'accepted' ? { kind: 'accepted' } : exchanged;

function keeping<T>() {
  const kept = new Map<string, Promise<T>>();
  return (key: string, ask: () => Promise<T>): Promise<T> => {
    const known = kept.get(key) ?? ask();
    kept.set(key, known);
    return known;
  };
}
