import { type AdminCredential, adminCredential } from '../../../lambdas/adapters/openai/admin-credential.ts';
import { secretsManagerClient } from '../../../lambdas/adapters/secrets/secret-value.ts';
import { inspectLeaf } from '../../../lambdas/adapters/x509/leaf.ts';
import type { Organization } from '../../../lib/config.ts';
import { settingsIn } from '../../account/region.ts';
import { type Finding, failed, ok, troubleWith } from '../finding.ts';

const MAY_READ =
  'Use credentials that may secretsmanager:GetSecretValue, and kms:Decrypt where its key needs it.';

/** Returns the admin credential, and the findings about its secret. */
export async function examineAdminSecret(
  { adminSecret }: Organization,
  { region, now }: { region: string | undefined; now: number },
): Promise<{ credential: AdminCredential | null; findings: Finding[] }> {
  const about = { check: 'admin secret' as const, subject: adminSecret };
  const form = 'Give it JSON {"apiKey"}, with certificateChain and privateKey (PEM) or neither.';
  try {
    const credential = await adminCredential(adminSecret, secretsManagerClient(settingsIn(region)))();
    const { certificateChain, privateKey } = credential;
    if (!certificateChain || !privateKey)
      return { credential, findings: [ok(about, 'readable and well-formed, without a client certificate')] };
    const { problems } = inspectLeaf({ certificateChain, privateKey }, [], now);
    const well = ok(about, 'readable and well-formed, with a client certificate that loads');
    const ill = (problem: string) => failed(about, problem, 'Put a certificate that is in order there.');
    return { credential, findings: problems.length > 0 ? problems.map(ill) : [well] };
  } catch (error) {
    const finding = await troubleWith(about, error, form);
    return {
      credential: null,
      findings: [finding.severity === 'unchecked' ? { ...finding, remedy: MAY_READ } : finding],
    };
  }
}
