import pMap from 'p-map';
import { createEntrance, type Entry } from '../../lambdas/adapters/hosts/entrance.ts';
import { undiciExchange } from '../../lambdas/adapters/hosts/exchange.ts';
import { undiciProbe } from '../../lambdas/adapters/hosts/probe.ts';
import { keyOfAnother } from '../../lambdas/domain/blocked/misplaced.ts';
import type { Client } from '../../lambdas/domain/client.ts';
import { CERTIFICATE_REQUIRED, type Verdict } from '../../lambdas/domain/cut/verdict.ts';
import { hostsOf } from '../../lambdas/domain/overlap/own-hosts.ts';
import type { Organization } from '../../lib/config.ts';
import { type Finding, failed, ok, unchecked, warning } from './finding.ts';
import type { Runner } from './secrets/clients.ts';
import { correctProject, inWords, isElsewhere } from './told.ts';

/**
 * Checks every host as each client sees it that is configured to call it. Each is called without a
 * certificate, and with the leaf that the client runs on (I8). Changes nothing.
 */
export async function examineHosts(
  { mtlsHosts, probePath, authHost }: Organization,
  runners: readonly Runner[],
): Promise<Finding[]> {
  if (runners.length === 0) return mtlsHosts.map(unasked);
  const wires = {
    probe: undiciProbe({ timeoutMs: 10_000, path: probePath }),
    exchange: undiciExchange({ timeoutMs: 10_000, authHost }),
  };
  const pairs = mtlsHosts.flatMap((host) =>
    runners.flatMap((runner) => (hostsOf(runner.client, mtlsHosts).includes(host) ? [{ host, runner }] : [])),
  );
  const seen = await pMap(
    pairs,
    async (pair) => ({
      ...pair,
      entry: await createEntrance(wires).enter(pair.host, pair.runner.credential),
    }),
    { concurrency: 10 },
  );
  const hostsThat = (picks: (entry: Entry) => boolean, { client }: Runner): string[] =>
    seen.flatMap(({ host, runner, entry }) => (runner.client === client && picks(entry) ? host : []));
  return seen.map(({ host, runner, entry }) =>
    oneHost(host, runner.client, entry, () => ({
      answering: hostsThat(isAnswering, runner),
      silent: hostsThat(isSilent, runner),
    })),
  );
}

type Found = { answering: readonly string[]; silent: readonly string[] };

/**
 * Whether a host's answer may be different in a moment, such as a timeout. It tells nothing about whether the
 * host serves the project (I9).
 */
const isSilent = ({ control, own }: Entry): boolean =>
  [control, own].some((one) => one.kind === 'inconclusive' && one.passing);

/**
 * Whether a host answers for the client's project. A host name that does not resolve or an unreadable page is
 * no such answer.
 */
const isAnswering = (entry: Entry): boolean => {
  const both = [entry.control, entry.own];
  const isSaid = both.some((one) => one.kind !== 'inconclusive' || one.isKeyRefused);
  return isSaid && !isSilent(entry) && !both.some(isElsewhere);
};

const unasked = (host: string): Finding =>
  unchecked(
    { check: 'host', subject: host },
    'nobody could ask: no client secret could be read',
    'Mend the client secrets first: a host is asked with their keys.',
  );

/**
 * The finding for one client at one host. `found` returns the hosts that answer the client, and those that
 * gave no answer.
 */
function oneHost(
  host: string,
  client: Client,
  { exchanges, control, own }: Entry,
  found: () => Found,
): Finding {
  const about = { check: 'host' as const, subject: `${host} as ${client.name}` };
  const keyOf = keyOfAnother([own, control], client.project);
  if (keyOf !== null)
    return failed(
      about,
      `says that the key, or the token, of ${client.name} is of ${keyOf}, and the configuration has ${client.project}: nothing that it is answered says anything of ${client.project}, and a cut in ${keyOf} may lock it out`,
      correctProject(client, keyOf),
    );
  if (exchanges && exchanges.own.kind !== 'accepted')
    return trouble(about, 'the token host gives its leaf no token', exchanges.own, LOOK_AT_IDS);
  const elsewhere = [control, own].find(isElsewhere);
  if (elsewhere) return failed(about, inWords(elsewhere), stateHosts(client, found()));
  if (control.kind === 'accepted')
    return warning(
      about,
      `lets in a call without a certificate: mutual TLS is off in ${client.project}, so nothing can be proven there`,
      `Activate an anchor in ${client.project}, or ask for evidence "listing" if it shall stay off.`,
    );
  if (control.kind !== 'refused' || control.code !== CERTIFICATE_REQUIRED)
    return trouble(about, 'a call without a certificate', control, LOOK);
  if (own.kind !== 'accepted') return trouble(about, 'asks for a certificate; with its own leaf', own, LOOK);
  const token = exchanges ? ', for which the token host gave it a token' : '';
  return ok(about, `asks for a certificate (${CERTIFICATE_REQUIRED}), and lets its leaf in${token}`);
}

/** The finding for a bad answer. An answer that may be different in a moment is a check not made (I9). */
function trouble(
  about: Pick<Finding, 'check' | 'subject'>,
  what: string,
  verdict: Verdict,
  remedy: string,
): Finding {
  const seen = `${what}: ${inWords(verdict)}`;
  return verdict.kind === 'inconclusive' && verdict.passing
    ? unchecked(about, seen, 'Try again in a minute, from where the functions are as well.')
    : failed(about, seen, remedy);
}

const LOOK_AT_IDS =
  "Look at authHost, at identityProviderId and serviceAccountId in the client's secret, and at the provider's mapping: it has to match what the provider derives from the leaf.";

const LOOK =
  "Look at mtlsHosts and probePath, at the client's key (it needs the scope of that route), at its chain, and at whether the anchor that it leads to is active in its project.";

/** The remedy for a client whose project is not served by some hosts. */
function stateHosts({ name }: Client, { answering, silent }: Found): string {
  const first = silent.length > 0 ? `${silent.join(' and ')} said nothing: try again in a minute. ` : '';
  return answering.length > 0
    ? `${first}State "hosts": ${JSON.stringify(answering)} for ${name} in cdk.json.`
    : `${first}Add the host that answers its project to mtlsHosts, and state it as "hosts" for ${name} in cdk.json.`;
}
