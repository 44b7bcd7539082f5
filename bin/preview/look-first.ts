import { setTimeout as sleep } from 'node:timers/promises';
import { type AdminCredential, adminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { scrub } from '../../lambdas/adapters/scrub.ts';
import { secretsManagerClient } from '../../lambdas/adapters/secrets/secret-value.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import type { Organization } from '../../lib/config.ts';
import { awsReason } from '../account/aws-reason.ts';
import { type Machine, organizationOf } from '../account/machine.ts';
import { settingsIn } from '../account/region.ts';
import type { Ca } from '../execution/ca-keys.ts';
import { recollect } from '../journal/recollection.ts';
import { adminFilesOfEnvironment, readAdminCredential } from '../organization/admin.ts';
import { configuredOrganization, entryIn } from '../organization/configured.ts';
import { printable } from '../terminal/printable.ts';
import { prose } from '../terminal/prose.ts';
import type { Paint } from '../terminal/screen.ts';
import { blockedTable, section, warningList } from '../terminal/sections.ts';
import { emergencyLines } from './emergency-report.ts';
import { foreseeRequest } from './foresee-request.ts';
import type { PlanPreview } from './plan-preview.ts';

type Emergency = Extract<Request, { mode: 'emergency' }>;

/**
 * Seconds in which listings may begin, and seconds after which the look is given up. An emergency does not
 * wait for its preview.
 */
const [LISTING, ALL] = [20, 30];

/**
 * Returns what an emergency would do, for the person about to agree to it: what would be cut, which clients
 * move, which are not ready, and what it takes. When that cannot be told, it returns the reason, and the
 * emergency can still be started. Only `InvalidRequest` is thrown, when a file of CAs would condemn an anchor
 * that nobody has named: an answer of yes does not make that right.
 */
export async function lookFirst(
  machine: Machine,
  request: Emergency,
  { cas, paint }: { cas: readonly Ca[]; paint: Paint },
): Promise<string> {
  const given = new AbortController();
  const late = sleep(1_000 * ALL, unknown(`the look took longer than ${ALL} seconds`), {
    signal: given.signal,
  });
  late.catch(() => {});
  const look = foreseen(machine, request, cas).catch(whyUnseen);
  const seen = await Promise.race([look, late]);
  given.abort();
  if (typeof seen !== 'string') return rendered(printable(seen), paint);
  return paint('yellow', prose(`! ${seen}`, '  ', undefined, '    '));
}

async function foreseen(machine: Machine, request: Emergency, cas: readonly Ca[]): Promise<PlanPreview> {
  const name = organizationOf(machine);
  if (name === null)
    throw new WindlassError('InvalidInput', `${machine.name} is the machine of no organization`);
  const file = process.env.WINDLASS_CONFIG || undefined;
  const configured = await configuredOrganization(name, file);
  if (!configured) throw new WindlassError('InvalidInput', `${name} is in no cdk.json`);
  const { organization } = configured;
  const { region } = machine;
  return foreseeRequest(request, {
    ...{ organization, policy: organization.policy, policyOf: entryIn(name, file) },
    ...{ baseURL: organization.baseUrl, credential: await credentialOf(organization, region), region },
    recollection: await recollect({ organization: name, region }),
    ...{ cas, within: LISTING, now: Math.floor(Date.now() / 1_000) },
  });
}

/**
 * The admin credential: from the environment, as in every command that calls the API; otherwise from the
 * functions' secret.
 */
const credentialOf = ({ adminSecret, baseUrl }: Organization, region: string): Promise<AdminCredential> =>
  process.env.OPENAI_ADMIN_KEY?.trim()
    ? readAdminCredential({ baseUrl, ...adminFilesOfEnvironment() })
    : adminCredential(adminSecret, secretsManagerClient(settingsIn(region)))();

/**
 * The reason why nothing could be previewed. The emergency itself refuses a request that names something
 * unknown. No other error keeps a person from starting it.
 */
async function whyUnseen(error: unknown): Promise<string> {
  if (isOfCas(error)) throw error;
  if (!(error instanceof WindlassError)) return unknown(scrub(await awsReason(error, 'AWS')));
  return REFUSED.includes(error.name) ? `it would be refused: ${error.message}` : unknown(error.message);
}

const isOfCas = (error: unknown): boolean =>
  error instanceof WindlassError && error.name === 'InvalidRequest' && error.message.startsWith('--ca ');

const REFUSED: readonly string[] = ['UnknownAnchor', 'UnknownProject', 'InvalidRequest'];

const unknown = (why: string): string =>
  `what it would do is not known: ${why}. It can be started all the same: it finds out by itself`;

function rendered(preview: PlanPreview, paint: Paint): string {
  const { blocked, warnings = [] } = preview;
  return [
    emergencyLines(preview),
    section('Blocked', blocked.length > 0 ? blockedTable(blocked, paint) : '', paint),
    section('Warnings', warningList(warnings), paint),
  ]
    .filter(Boolean)
    .join('\n\n');
}
