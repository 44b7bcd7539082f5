import pMap from 'p-map';
import { type Probe, undiciProbe } from '../../../lambdas/adapters/hosts/probe.ts';
import type { ClientCredential } from '../../../lambdas/adapters/secrets/client-credential.ts';
import type { Secrets } from '../../../lambdas/adapters/secrets/secrets.ts';
import type { Stage } from '../../../lambdas/adapters/secrets/version-stages.ts';
import { keyOfAnother } from '../../../lambdas/domain/blocked/misplaced.ts';
import type { Client } from '../../../lambdas/domain/client.ts';
import { FILTERED, NO_PATH } from '../../../lambdas/domain/cut/verdict.ts';
import { hostsOf } from '../../../lambdas/domain/overlap/own-hosts.ts';
import type { Organization } from '../../../lib/config.ts';
import { attempted, type Finding, failed, ok, unchecked } from '../finding.ts';
import { correctProject, inWords, isElsewhere } from '../told.ts';
import { type KnownAnchor, leafFindings } from './leaf.ts';

const STAGES: readonly Stage[] = ['AWSCURRENT', 'AWSPENDING'];

/**
 * Checks every witness: its secret, its leaves, and whether the hosts keep it out now (F16). Changes nothing.
 */
export async function examineWitnesses(
  organization: Organization,
  secrets: Secrets,
  { certificates: anchors, now }: { certificates: readonly KnownAnchor[] | null; now: number },
): Promise<Finding[]> {
  const { mustRefuse, mtlsHosts, probePath, stagedLabel } = organization;
  if (mustRefuse.length === 0)
    return [ok({ check: 'witness', subject: 'mustRefuse' }, 'none is named: no filter has to keep one out')];
  const probe = undiciProbe({ timeoutMs: 10_000, path: probePath });
  const oneWitness = (witness: Client) => {
    const { name, secret } = witness;
    const subject = { check: 'witness' as const, subject: name };
    const remedy = `Look at ${secret}: it has to be there, to be JSON {"apiKey", "certificateChain", "privateKey"}, and to be readable for you.`;
    return attempted(subject, remedy, async () => {
      const held = await Promise.all(STAGES.map((stage) => secrets.read(secret, stage)));
      const found = STAGES.flatMap((stage, i) => {
        const label = stage === 'AWSPENDING' ? stagedLabel : stage;
        const credential = held[i];
        return credential ? [{ about: { ...subject, subject: `${name} ${label}` }, credential }] : [];
      });
      if (found.length === 0)
        return [
          failed(subject, `${secret} holds no leaf`, `Put a leaf of the next generation into ${secret}.`),
        ];
      const looks = found.map(async ({ about, credential }) => [
        ...leafFindings(about, credential, anchors, { secret, now, unprobed: false }),
        ...(await Promise.all(
          hostsOf(witness, mtlsHosts).map((host) => seenBy(probe, host, witness, credential)),
        )),
      ]);
      return (await Promise.all(looks)).flat();
    });
  };
  return (await pMap(mustRefuse, oneWitness, { concurrency: 10 })).flat();
}

/**
 * What one host answers to a witness's leaf now. Before its successor is active no path leads to an active
 * anchor, which is in order.
 */
async function seenBy(
  probe: Probe,
  host: string,
  witness: Client,
  credential: ClientCredential,
): Promise<Finding> {
  const { name, project } = witness;
  const about = { check: 'witness' as const, subject: `${host} as ${name}` };
  if (!('apiKey' in credential))
    return failed(
      about,
      'has the ids of a keyless client',
      'Give it an apiKey: nothing else is asked of it.',
    );
  const { apiKey, certificateChain, privateKey } = credential;
  const verdict = await probe(host, { apiKey, certificateChain, privateKey });
  const keyOf = keyOfAnother([verdict], project);
  if (keyOf !== null)
    return failed(
      about,
      `says that the key of ${name} is of ${keyOf}, and the configuration has ${project}: no filter of ${project} was asked`,
      correctProject(witness, keyOf),
    );
  if (verdict.kind === 'accepted')
    return failed(
      about,
      'gets in, and has to stay out',
      'Look which active anchor its leaf leads to, and give that one its filter.',
    );
  if (verdict.kind === 'refused' && verdict.code === FILTERED)
    return ok(about, `is turned away by a filter (${FILTERED})`);
  if (verdict.kind === 'refused' && verdict.code === NO_PATH)
    return ok(about, `leads to no active anchor as yet (${NO_PATH}), so no filter was asked`);
  if (isElsewhere(verdict))
    return failed(about, inWords(verdict), `State "hosts" for ${name} in cdk.json: the others of mtlsHosts.`);
  return unchecked(
    about,
    inWords(verdict),
    "Look at mtlsHosts and probePath, at the witness's key and at its chain.",
  );
}
