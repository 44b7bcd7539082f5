import pMap from 'p-map';
import { createEntrance } from '../../lambdas/adapters/hosts/entrance.ts';
import { type Exchange, undiciExchange } from '../../lambdas/adapters/hosts/exchange.ts';
import { type Probe, undiciProbe } from '../../lambdas/adapters/hosts/probe.ts';
import { CERTIFICATE_REQUIRED, type Verdict } from '../../lambdas/domain/cut/verdict.ts';
import type { Organization } from '../../lib/config.ts';
import { type Finding, failed, ok, unchecked, warning } from './finding.ts';
import type { Runner } from './secrets/clients.ts';

/** Every host as every client sees it: without a certificate, and with the leaf that it runs on (I8). It only reads. */
export async function examineHosts(
  { mtlsHosts, probePath, authHost }: Organization,
  runners: readonly Runner[],
): Promise<Finding[]> {
  if (runners.length === 0) return mtlsHosts.map(unasked);
  const wires = {
    probe: undiciProbe({ timeoutMs: 10_000, path: probePath }),
    exchange: undiciExchange({ timeoutMs: 10_000, authHost }),
  };
  const pairs = mtlsHosts.flatMap((host) => runners.map((runner) => ({ host, runner })));
  return (await pMap(pairs, ({ host, runner }) => oneHost(wires, host, runner), { concurrency: 10 })).flat();
}

const unasked = (host: string): Finding =>
  unchecked(
    { check: 'host', subject: host },
    'nobody could ask: no client secret could be read',
    'Mend the client secrets first: a host is asked with their keys.',
  );

async function oneHost(
  wires: { probe: Probe; exchange: Exchange },
  host: string,
  { client, credential }: Runner,
): Promise<Finding[]> {
  const about = { check: 'host' as const, subject: `${host} as ${client.name}` };
  const { exchanges, control, own } = await createEntrance(wires).enter(host, credential);
  if (exchanges && exchanges.own.kind !== 'accepted')
    return [trouble(about, 'the token host gives its leaf no token', exchanges.own, LOOK_AT_IDS)];
  if (control.kind === 'accepted')
    return [
      warning(
        about,
        `lets in a call without a certificate: mutual TLS is off in ${client.project}, so nothing can be proven there`,
        `Activate an anchor in ${client.project}, or ask for evidence "listing" if it shall stay off.`,
      ),
    ];
  if (control.kind !== 'refused' || control.code !== CERTIFICATE_REQUIRED)
    return [trouble(about, 'a call without a certificate', control, LOOK)];
  if (own.kind !== 'accepted')
    return [trouble(about, 'asks for a certificate; with its own leaf', own, LOOK)];
  const token = exchanges ? ', for which the token host gave it a token' : '';
  return [ok(about, `asks for a certificate (${CERTIFICATE_REQUIRED}), and lets its leaf in${token}`)];
}

/** What may be otherwise in a moment says nothing of the host, nor of the client (I9). */
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

const inWords = (verdict: Verdict): string => {
  if (verdict.kind === 'accepted') return 'accepted';
  return verdict.kind === 'refused' ? `refused with ${verdict.code}` : verdict.why;
};
