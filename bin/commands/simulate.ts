import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { between } from '../terminal/between.ts';
import { exit, exitCodesHelp, say } from '../terminal/exit.ts';
import { jsonLineOf } from '../terminal/json.ts';
import { ADMIN_LIMITS, type AdminLimitOptions, addAdminLimits } from './admin-limits.ts';

const MORE = `
It prints one JSON line when it is ready, and serves until Ctrl-C:
  {"schema", "apiBase", "mtlsBase", "authBase", "adminKey", "personalAdminKey", "caFile", "clients": [{"name", "project", "apiKey",
  "anchor", "certificateFile", "keyFile"}]}
A keyless client has "identityProviderId" and "serviceAccountId" in the place of "apiKey": it exchanges its leaf at
authBase for a token.

${ADMIN_LIMITS}
--projects beyond the four of the sample are like its Billing: one client on the expiring anchor, and its next leaf.
FILE of --filters is JSON, CEL filters by their anchors' ids: {"cert_acme_new": "subject.common_name != \\"search-next\\""}. A host
refuses a leaf that the anchor's filter refuses with certificate_attribute_verification_failed.
FILE of --residency is JSON as well, by the ids of projects: {"proj_search": "EU_STORAGE_PROCESSING"}. Such a project, or one with
US_STORAGE_PROCESSING, is answered by a host of its region alone, which "regionalBases" has; any other host says incorrect_hostname.

Examples:
  windlass simulate > simulation.json &
  windlass simulate --projects 1000 --rate-limit 600 --latency 100 --port 8443
  windlass simulate --without write projects --audit-log 900
  windlass simulate --filters filters.json
  OPENAI_ADMIN_KEY=$(jq -r .adminKey simulation.json) \\
    windlass plan --base-url $(jq -r .apiBase simulation.json)
  curl --cacert CAFILE --cert CERTIFICATEFILE --key KEYFILE -H "Authorization: Bearer APIKEY" MTLSBASE/models
  curl --cacert CAFILE --cert CERTIFICATEFILE --key KEYFILE --json '{"grant_type":
    "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token_type": "urn:openai:params:oauth:token-type:x509",
    "identity_provider_id": "IDENTITYPROVIDERID", "service_account_id": "SERVICEACCOUNTID"}' AUTHBASE/oauth/token

${exitCodesHelp({
  usage: 'usage or bad input; its keys or its line could not be written',
  interrupted: 'stopped by Ctrl-C',
  terminated: 'stopped by SIGTERM',
  hungUp: 'its terminal was closed',
})}`;

/** `windlass simulate`: the simulated organization alone, for curl or any real client. */
export function simulateCommand(): Command {
  const command = new Command('simulate')
    .description(
      'serve a simulated organization, its certificates API, its mutual-TLS host and its token host, until stopped',
    )
    .option('--projects <n>', 'how many projects there are; 4 unless said', between(1, 10_000))
    .option('--latency <ms>', 'milliseconds that each answer takes', between(0, 60_000))
    .option(
      '--port <n>',
      "the API's port; the host's, the token host's and those of regions are the next ones",
      between(1, 65_531),
    )
    .option('--filters <file>', 'CEL filters of anchors, which no upload carries')
    .option(
      '--residency <file>',
      'where the data of projects is; a host of its own answers those of a region',
    );
  return addAdminLimits(command).addHelpText('after', MORE).action(simulate);
}

type Options = AdminLimitOptions & {
  projects?: number;
  latency?: number;
  port?: number;
  filters?: string;
  residency?: string;
};

async function simulate({ filters, residency, ...options }: Options): Promise<void> {
  const { demandWritableFolder, readJson } = await import('../terminal/files.ts');
  await demandWritableFolder(tmpdir(), 'set TMPDIR to a folder where its keys may be written');
  const given =
    filters === undefined ? {} : { filters: await readJson('filters', filters), filtersFile: filters };
  const residing =
    residency === undefined
      ? {}
      : { residencies: await readJson('residencies', residency), residenciesFile: residency };
  const { interruptible } = await import('../terminal/interrupt.ts');
  const { serveSimulation } = await import('../../rehearsal/simulate/simulate.ts');
  const { projects = 0 } = options;
  // Each project needs two certificates of its own, which takes time.
  if (projects > 100) say(`making the certificates of ${projects} projects …`);
  await interruptible(async (signal) => {
    const { ready, close } = await serveSimulation({ ...options, ...given, ...residing });
    // Nobody can use the simulation when the line that says where it serves cannot be written. So it stops.
    const unwritten = await written(jsonLineOf(ready));
    if (unwritten) process.exitCode = exit.usage;
    else if (!signal.aborted) await once(signal, 'abort');
    await close();
    if (unwritten?.code === 'EPIPE') say('cannot write to stdout: nobody reads it');
  });
}

/** Writes to stdout. Returns the error when that fails; the message on stderr was printed by then. */
const written = (text: string): Promise<NodeJS.ErrnoException | null | undefined> =>
  new Promise((resolve) => process.stdout.write(text, resolve));
