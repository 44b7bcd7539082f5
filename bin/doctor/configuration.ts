import { didYouMean } from '../../lambdas/domain/closest.ts';
import { durationText } from '../../lambdas/domain/duration.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Policy } from '../../lambdas/domain/policy.ts';
import { placeholdersIn } from '../../lib/checks/placeholders.ts';
import { policyWarnings } from '../../lib/checks/warnings.ts';
import { type Configuration, type Organization, parseConfiguration } from '../../lib/config.ts';
import { writtenConfiguration } from '../organization/configured.ts';
import { lengthOf, plural } from '../terminal/dates.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** An entry of the configuration with its problems. `organization` is null when the entry is not valid. */
export type Entry = {
  name: string;
  organization: Organization | null;
  /** The whole configuration, or this entry alone when the others are not valid. */
  configuration: Configuration | null;
  /** The names of all entries, valid or not. */
  entries: readonly string[];
  findings: Finding[];
};

/**
 * Reads one organization's entry, even when other entries are not valid. Throws `InvalidInput` when it is
 * unclear which entry is meant.
 */
export async function readEntry(asked: string | undefined, file: string | undefined): Promise<Entry> {
  const windlass = await writtenConfiguration(file);
  const organizations = Object(Object(windlass).organizations) as Record<string, unknown>;
  const where = file ?? 'cdk.json';
  const name = asked ?? onlyOf(organizations, where);
  if (!Object.hasOwn(organizations, name)) throw unknownEntry(name, Object.keys(organizations), where);
  const about = { check: 'configuration' as const, subject: `organizations.${name}` };
  const correct = `Correct it in ${where}; npm run synth checks it again.`;
  const own = parsed({ organizations: { [name]: organizations[name] } });
  const all = parsed(windlass);
  const whole = all.problems.filter((line) => !own.problems.includes(line));
  const left = placeholdersIn(organizations[name], `windlass.organizations.${name}`);
  const findings = [
    ...own.problems.map((line) => failed(about, line, correct)),
    ...left.map((line) => failed(about, line, `Put your own value into ${where}.`)),
    ...whole.map((line) =>
      failed({ ...about, subject: where }, line, `${correct} Nothing deploys until then.`),
    ),
  ];
  const organization = own.configuration?.organizations[name] ?? null;
  const clients = plural(organization?.clients.length ?? 0, 'client');
  return {
    name,
    organization,
    configuration: all.configuration ?? own.configuration,
    entries: Object.keys(organizations),
    findings: [
      ...(findings.length > 0 ? findings : [ok(about, `valid, with ${clients}`)]),
      ...(organization ? timing(organization.policy) : []),
    ],
  };
}

function onlyOf(organizations: Record<string, unknown>, where: string): string {
  const names = Object.keys(organizations);
  const filledIn = names.filter((name) => placeholdersIn(organizations[name], '').length === 0);
  const [only] = filledIn.length === 1 ? filledIn : names;
  if (only !== undefined && (filledIn.length === 1 || names.length === 1)) return only;
  throw new WindlassError(
    'InvalidInput',
    names.length === 0
      ? `${where} names no organization: add one under context.windlass.organizations`
      : `there are several organizations (${names.join(', ')}): name one`,
  );
}

const unknownEntry = (name: string, names: readonly string[], where: string): WindlassError =>
  new WindlassError(
    'InvalidInput',
    `${where} has no organization "${name}"${didYouMean(name, names)} (it has ${names.join(', ') || 'none'})`,
  );

function parsed(windlass: unknown): { configuration: Configuration | null; problems: string[] } {
  try {
    return { configuration: parseConfiguration(windlass), problems: [] };
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    return { configuration: null, problems: error.message.split('\n') };
  }
}

/**
 * Seconds. A sweep runs once a day, so with less time than this an operator hears of a blocked cut too late.
 */
const DAY = 86_400;

/**
 * Checks how much time a policy leaves to get clients ready. A policy whose times cannot work is refused
 * earlier (rule 5).
 */
function timing(policy: Policy): Finding[] {
  const { leadTime, soak, safetyMargin } = policy;
  const about = { check: 'policy' as const, subject: 'timing' };
  const [lead, soaking, margin] = [leadTime, soak, safetyMargin].map(durationText);
  const room = leadTime - soak - safetyMargin;
  const sum = `due ${lead} before it expires, with soak ${soaking} and safetyMargin ${margin}: ${lengthOf(room)} to get ready`;
  const [short] = policyWarnings(policy);
  return [
    room < DAY
      ? warning(about, sum, 'Give leadTime days more than soak and safetyMargin take, such as P30D.')
      : ok(about, sum),
    ...(short
      ? [warning({ ...about, subject: 'soak' }, short, 'Set policy.soak to days, such as P7D.')]
      : []),
  ];
}
