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
import { configuredOrganization } from '../organization/configured.ts';
import { printable } from '../terminal/printable.ts';
import { prose } from '../terminal/prose.ts';
import type { Paint } from '../terminal/screen.ts';
import { blockedTable, section, warningList } from '../terminal/sections.ts';
import { emergencyLines } from './emergency-report.ts';
import { foreseeRequest } from './foresee-request.ts';
import type { PlanPreview } from './plan-preview.ts';

type Emergency = Extract<Request, { mode: 'emergency' }>;

/** For how long listings may begin, and when nobody waits for the rest any more, in seconds: no emergency waits for a look at it. */
const [LISTING, ALL] = [20, 30];

/**
 * What an emergency would do, for whoever is about to agree to it: what would be cut, who moves, who is not ready, and what it
 * takes. Where that cannot be told it says why: the emergency can be started all the same. Throws `InvalidRequest` alone, where a file of CAs would condemn an anchor
 * that nobody has named: no yes makes that right.
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
  const configured = await configuredOrganization(name, process.env.WINDLASS_CONFIG || undefined);
  if (!configured) throw new WindlassError('InvalidInput', `${name} is in no cdk.json`);
  const { organization } = configured;
  const { region } = machine;
  return foreseeRequest(request, {
    ...{ organization, policy: organization.policy, policyOf: `organizations.${name} of cdk.json` },
    ...{ baseURL: organization.baseUrl, credential: await credentialOf(organization, region), region },
    recollection: await recollect({ organization: name, region }),
    ...{ cas, within: LISTING, now: Math.floor(Date.now() / 1_000) },
  });
}

/** That of the environment, as every command that asks the API takes it; else that of the functions, where one may read it. */
const credentialOf = ({ adminSecret, baseUrl }: Organization, region: string): Promise<AdminCredential> =>
  process.env.OPENAI_ADMIN_KEY?.trim()
    ? readAdminCredential({ baseUrl, ...adminFilesOfEnvironment() })
    : adminCredential(adminSecret, secretsManagerClient(settingsIn(region)))();

/** A request that names what is not there is refused by the emergency as well; anything else keeps nobody from starting it. */
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
