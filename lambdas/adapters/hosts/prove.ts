import pMap from 'p-map';
import type { Clock, Pause } from '../../clock.ts';
import { demandNoToken, demandToken } from '../../domain/cut/exchange.ts';
import { type Excused, isExcused } from '../../domain/cut/excuse.ts';
import {
  demandAccepted,
  demandRefused,
  isOthersAffair,
  type ProbeSubject,
} from '../../domain/cut/verdict.ts';
import {
  type ErrorName,
  gravest,
  propagationErrors,
  retryableErrors,
  type WindlassError,
} from '../../domain/errors.ts';
import type { ClientCheck } from '../../domain/plan-document.ts';
import { clientsAtOnce } from '../clients-at-once.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { createEntrance, type Entry } from './entrance.ts';
import type { Exchange } from './exchange.ts';
import type { Probe } from './probe.ts';
import { whyNoToken } from './why-no-token.ts';

/** The credential that answers a check, and after an undo the one that may answer in its place. */
export type Held = {
  credential: ClientCredential;
  alternative?: ClientCredential | null;
  /** What the client had before, where it still holds that: tells why a new leaf was given no token. */
  former?: () => Promise<ClientCredential | null>;
};

/** A leaf that is to be refused, and the credential that its client gets in with now: whose key or token goes with it. */
export type Retired = { credential: ClientCredential; now: ClientCredential };

/** What a scope's clients hold, where it is proven and by what. `null` where a client holds nothing to prove. */
export type Proof<H = Held> = {
  probe: Probe;
  exchange: Exchange;
  hosts: readonly string[];
  scope: string;
  checks: readonly ClientCheck[];
  heldBy: (check: ClientCheck) => Promise<H>;
};

/** Calls made, and what has gone wrong and halts nobody. */
export type Accepted = { probes: number; excused: Excused[] };
/** The same, and what halts the scope: one for each client and host. */
export type Looked = Accepted & { failures: readonly Failure[] };
type Failure = { client: string; error: unknown };

/**
 * Looks whether every held leaf is accepted on every host, each with its control without a certificate in the same run
 * (I8), and a keyless client's at the token host, too. Every client is looked at, whatever
 * the others come to: one that is locked out must not be overlooked for one of which nothing can be said (I9, I10).
 */
async function lookAtAll({ hosts, scope, checks, heldBy, ...wires }: Proof): Promise<Looked> {
  const entrance = createEntrance(wires);
  const seen = await everyTrial(
    hosts,
    checks,
    heldBy,
    async (host, check, { credential, alternative, former }) => {
      const first = await entrance.enter(host, credential);
      const second = isIn(first) || !alternative ? null : await entrance.enter(host, alternative);
      const { exchanges, control, own } = second && isIn(second) ? second : first;
      const subject = subjectOf(check, host, scope);
      if (isOthersAffair(check, exchanges?.own ?? own)) return;
      if (exchanges) {
        const known = { credential, former: (await former?.().catch(() => null)) ?? null };
        demandToken(exchanges, subject, await whyNoToken(entrance, host, exchanges, known));
      }
      demandAccepted(control, own, subject);
    },
  );
  return { probes: entrance.calls(), ...seen };
}

/** Proves that every held leaf is accepted on every host (I8). Throws the gravest of what keeps any client out. */
export const proveAccepted = async (proof: Proof): Promise<Accepted> => demandAll(await lookAtAll(proof));

/** What a look came to, where nobody's failure halts the scope. Throws the gravest of them. */
function demandAll({ failures, ...accepted }: Looked): Accepted {
  if (failures.length > 0) throw gravest(failures.map(({ error }) => error));
  return accepted;
}

/** Seconds after which those are looked at again of whom something was excused: a toggle may be on its way to an edge. */
const WAITS = [5, 10];

/** Seconds after which nobody is looked at once more: hosts that do not answer would take the step's whole time. */
const QUICK = 60;

/**
 * Looks at all, and at what halts nobody again for seconds: nothing else will. Before its scope is cut, each client that may
 * be moved is to have its chance.
 */
export async function lookPatiently(
  proof: Proof,
  { pause, clock }: { pause: Pause; clock: Clock },
): Promise<Looked> {
  const began = clock();
  let { probes, excused, failures } = await lookAtAll(proof);
  for (const seconds of failures.length > 0 ? [] : WAITS) {
    const again = new Set(excused.filter(({ error }) => mayPass(error)).map(({ client }) => client));
    if (again.size === 0 || clock() - began > QUICK) break;
    await pause(seconds);
    const checks = proof.checks.filter(({ client }) => again.has(client));
    const seen = await lookAtAll({ ...proof, checks });
    probes += seen.probes;
    failures = seen.failures;
    excused = [...excused.filter(({ client }) => !again.has(client)), ...seen.excused];
  }
  return { probes, excused, failures };
}

const mayPass = (name: ErrorName): boolean =>
  retryableErrors.includes(name) || propagationErrors.includes(name);

/** What was seen of retiring leaves: beside that, by which OAuth code a keyless client's was given no token. */
export type Turned = Accepted & { tokenRefusals: { client: string; code: string }[] };

/**
 * Proves that every held leaf is turned away on every host: revocation. A keyless client's goes with a token that its
 * current leaf is given, and the token host has to give it none of its own; that proves nothing, and is told (F17).
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
    demandRefused(await entrance.present(host, credential, now), subject);
    if (exchanges) codes.set(check.client, demandNoToken(exchanges.own, subject));
  });
  const tokenRefusals = [...codes].map(([client, code]) => ({ client, code }));
  return { ...demandAll({ probes: entrance.calls(), ...seen }), tokenRefusals };
}

const isIn = ({ own }: Entry): boolean => own.kind === 'accepted';

/**
 * Tries every held leaf on every host, each whatever the others come to. Returns what they threw, and apart from it what halts nobody: of
 * each client the gravest.
 */
async function everyTrial<H>(
  hosts: readonly string[],
  checks: readonly ClientCheck[],
  heldBy: (check: ClientCheck) => Promise<H | null>,
  attempt: (host: string, check: ClientCheck, held: H) => Promise<void>,
): Promise<Omit<Looked, 'probes'>> {
  const failures: Failure[] = [];
  const excused = new Map<string, WindlassError>();
  const fail = (check: ClientCheck) => (error: unknown) => {
    if (!isExcused(check, error)) return void failures.push({ client: check.client, error });
    const before = excused.get(check.client);
    excused.set(check.client, (before ? gravest([before, error]) : error) as WindlassError);
  };
  const inParallel = { concurrency: clientsAtOnce(checks.length) };
  const held = await pMap(
    checks,
    async (check) => ({ check, holds: (await heldBy(check).catch(fail(check))) ?? null }),
    inParallel,
  );
  const trials = hosts.flatMap((host) =>
    held.flatMap(({ check, holds }) => (holds ? [{ host, check, holds }] : [])),
  );
  await pMap(trials, ({ host, check, holds }) => attempt(host, check, holds).catch(fail(check)), inParallel);
  const halting = [...excused].map(([client, { name, message }]) => ({
    client,
    error: name,
    cause: message,
  }));
  return { failures, excused: halting };
}

const subjectOf = ({ client, successor }: ClientCheck, host: string, scope: string): ProbeSubject => ({
  client,
  host,
  scope,
  successor,
});
