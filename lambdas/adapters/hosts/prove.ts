import { demandNoToken, demandToken } from '../../domain/cut/exchange.ts';
import { demandAccepted, isOthersAffair } from '../../domain/cut/proof/accepted.ts';
import { isEnforced } from '../../domain/cut/proof/enforced.ts';
import type { ProbeSubject } from '../../domain/cut/verdict.ts';
import { hostsOf } from '../../domain/overlap/own-hosts.ts';
import type { ClientCheck } from '../../domain/plan-document/client-check.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { createEntrance, type Entrance, type Entry } from './entrance.ts';
import { type Accepted, demandAll, everyTrial, type Looked } from './every-trial.ts';
import type { Exchange } from './exchange.ts';
import { demandOwnProject, demandRefusedHere, type TellMisplaced } from './misplaced/own-project.ts';
import type { Probe } from './probe.ts';
import { whyNoToken } from './why-no-token.ts';

/**
 * The credential that answers a check. After an undo an alternative may answer instead, but then on every
 * host: a client runs on one leaf (I10).
 */
export type Held = {
  credential: ClientCredential;
  alternative?: ClientCredential | null;
  /** The client's former credential, if it still holds that: it tells why a new leaf was given no token. */
  former?: () => Promise<ClientCredential | null>;
  /**
   * The credential that lets the client in today, if it still holds that: it tells which project the key
   * belongs to (F10).
   */
  inUse?: () => Promise<ClientCredential | null>;
};

/**
 * A leaf that must be refused, and the credential that its client gets in with now. Its key or token is sent
 * with the old leaf.
 */
export type Retired = { credential: ClientCredential; now: ClientCredential };

/**
 * What a scope's clients hold, and the adapters to prove it with. `heldBy` returns `null` for a client that
 * holds nothing to prove.
 */
export type Proof<H = Held | null> = {
  probe: Probe;
  exchange: Exchange;
  hosts: readonly string[];
  scope: string;
  checks: readonly ClientCheck[];
  heldBy: (check: ClientCheck) => Promise<H>;
  /**
   * Called for a client whose key is of another project than the configuration says, before its look fails.
   */
  tell?: TellMisplaced;
};

/**
 * What a look at clients came to. `enforcedAt` has the hosts and projects at which a call without a
 * certificate was refused.
 */
export type Seen = Looked & { enforcedAt: ReadonlySet<string> };

/**
 * Returns a function that says whether the look has seen mutual TLS on for a project at a host. That is the
 * same for every client of the project (F8).
 */
export const enforcedIn =
  (look: Promise<Seen>) =>
  async (host: string, project: string): Promise<boolean> =>
    look.then(
      ({ enforcedAt }) => enforcedAt.has(placeOf(host, project)),
      () => false,
    );

const placeOf = (host: string, project: string): string => `${host} ${project}`;

/**
 * Looks whether every held leaf is accepted on every host that answers its client. Each look has its control
 * without a certificate in the same run (I8). A keyless client's leaf also has to get a token from the token
 * host. Every client is looked at, whatever the others come to: a client that says nothing must not hide one
 * that is locked out (I9, I10).
 */
export async function lookAtAll({ hosts, scope, checks, heldBy, tell, ...wires }: Proof): Promise<Seen> {
  const entrance = createEntrance(wires);
  const enforcedAt = new Set<string>();
  const entryAt = entering(entrance, hosts);
  const seen = await everyTrial(hosts, checks, heldBy, async (host, check, held) => {
    const { exchanges, control, own } = await entryAt(host, check, held);
    const keyOf = await demandOwnProject(entrance, { exchanges, control, own }, { host, check, held, tell });
    if (isEnforced(control)) enforcedAt.add(placeOf(host, check.project));
    const subject = { ...subjectOf(check, host, scope), keyOf };
    if (isOthersAffair(check, exchanges?.own ?? own)) return;
    if (exchanges) {
      const { credential, former } = held;
      const known = { credential, former: (await former?.().catch(() => null)) ?? null };
      demandToken(exchanges, subject, await whyNoToken(entrance, host, exchanges, known));
    }
    demandAccepted(control, own, subject);
  });
  return { probes: entrance.calls(), enforcedAt, ...seen };
}

/**
 * Returns the answers that a client gets at each of its hosts. Uses its alternative if only that one gets in
 * at all of them.
 */
function entering(entrance: Entrance, hosts: readonly string[]) {
  const chosen = new WeakMap<Held, Promise<ReadonlyMap<string, Entry>>>();
  const everywhere = async (check: ClientCheck, credential: ClientCredential) => {
    const enter = async (host: string) => [host, await entrance.enter(host, credential)] as const;
    const entries = await Promise.all(hostsOf(check, hosts).map(enter));
    return { isIn: entries.every(([, entry]) => isIn(entry)), entries: new Map(entries) };
  };
  async function choose(check: ClientCheck, credential: ClientCredential, alternative: ClientCredential) {
    const first = await everywhere(check, credential);
    if (first.isIn) return first.entries;
    const second = await everywhere(check, alternative);
    return (second.isIn ? second : first).entries;
  }
  return async (host: string, check: ClientCheck, held: Held): Promise<Entry> => {
    const { credential, alternative } = held;
    if (!alternative) return entrance.enter(host, credential);
    const known = chosen.get(held) ?? choose(check, credential, alternative);
    chosen.set(held, known);
    return (await known).get(host) ?? entrance.enter(host, credential);
  };
}

/**
 * What was seen of retiring leaves. `tokenRefusals` has the OAuth code with which a keyless client's leaf was
 * given no token.
 */
export type Turned = Accepted & { tokenRefusals: { client: string; code: string }[] };

/**
 * Proves that every held leaf is turned away on every host that answers its client: revocation. A keyless
 * client's leaf is presented with a token that its current leaf is given. The token host also has to refuse
 * the old leaf a token of its own. That proves nothing, and is only reported (F17).
 */
export async function proveRefused({
  hosts,
  scope,
  checks,
  heldBy,
  ...wires
}: Proof<Retired | null>): Promise<Turned> {
  const entrance = createEntrance(wires);
  const codes = new Map<string, string>();
  const seen = await everyTrial(hosts, checks, heldBy, async (host, check, { credential, now }) => {
    const subject = subjectOf(check, host, scope);
    const exchanges = await entrance.exchanges(credential);
    demandRefusedHere(await entrance.present(host, credential, now), check, subject);
    if (exchanges) codes.set(check.client, demandNoToken(exchanges.own, subject));
  });
  const tokenRefusals = [...codes].map(([client, code]) => ({ client, code }));
  return { ...demandAll({ probes: entrance.calls(), ...seen }), tokenRefusals };
}

const isIn = ({ own }: Entry): boolean => own.kind === 'accepted';

const subjectOf = (
  { client, successor, reliesOn }: ClientCheck,
  host: string,
  scope: string,
): ProbeSubject => ({ client, host, scope, successor, reliesOn });
