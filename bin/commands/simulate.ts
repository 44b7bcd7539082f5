import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { between } from '../terminal/between.ts';
import { exitCodesHelp, say } from '../terminal/exit.ts';
import { jsonLineOf } from '../terminal/json.ts';

const MORE = `
It prints one JSON line when it is ready, and serves until Ctrl-C:
  {"schema", "apiBase", "mtlsBase", "authBase", "adminKey", "caFile", "clients": [{"name", "project", "apiKey",
  "anchor", "certificateFile", "keyFile"}]}
A keyless client has "identityProviderId" and "serviceAccountId" in the place of "apiKey": it exchanges its leaf at
authBase for a token.

Calls beyond --rate-limit are answered with 429 and Retry-After. They are let through evenly: a sixtieth each second.
An admin key --without write is refused every change, --without projects cannot list projects, and --without audit has its
audit log closed: all by a 403. --audit-log off is a log that nobody has switched on, which is empty.
--projects beyond the four of the sample are like its Billing: one client on the expiring anchor, and its next leaf.

Examples:
  windlass simulate > simulation.json &
  windlass simulate --projects 1000 --rate-limit 600 --latency 100 --port 8443
  windlass simulate --without write projects --audit-log 900
  OPENAI_ADMIN_KEY=$(jq -r .adminKey simulation.json) \\
    windlass plan --base-url $(jq -r .apiBase simulation.json)
  curl --cacert CAFILE --cert CERTIFICATEFILE --key KEYFILE -H "Authorization: Bearer APIKEY" MTLSBASE/models
  curl --cacert CAFILE --cert CERTIFICATEFILE --key KEYFILE --json '{"grant_type":
    "urn:ietf:params:oauth:grant-type:token-exchange", "subject_token_type": "urn:openai:params:oauth:token-type:x509",
    "identity_provider_id": "IDENTITYPROVIDERID", "service_account_id": "SERVICEACCOUNTID"}' AUTHBASE/oauth/token

${exitCodesHelp({
  usage: 'usage or bad input',
  interrupted: 'stopped by Ctrl-C',
  terminated: 'stopped by SIGTERM',
})}`;

/** `windlass simulate`: the simulated organization alone, for curl or any real client. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'serve a simulated organization, its certificates API, its mutual-TLS host and its token host, until stopped',
    )
    .option('--projects <n>', 'how many projects there are; 4 unless said', between(1, 10_000))
    .option('--rate-limit <n>', 'API calls a minute, as many as come unless said', between(1, 1_000_000))
    .option('--latency <ms>', 'milliseconds that each answer takes', between(0, 60_000))
    .option(
      '--port <n>',
      "the API's port; the host's and the token host's are the next ones",
      between(1, 65_533),
    )
    .addOption(
      new Option('--without <what...>', 'what the admin key may not do').choices(Object.keys(MAY_NOT)),
    )
    .option('--audit-log <how>', 'off, or how many seconds late; on and at once unless said', auditLogOf)
    .addHelpText('after', MORE)
    .action(simulate);
}

/** What an admin key may lack, in one word (F18). */
const MAY_NOT = {
  write: 'api.mtls.write',
  read: 'api.mtls.read',
  projects: 'the listing of projects',
  audit: 'the audit log',
} as const;

type Options = {
  projects?: number;
  rateLimit?: number;
  latency?: number;
  port?: number;
  without?: (keyof typeof MAY_NOT)[];
  auditLog?: { isOn?: boolean; late?: number };
};

function auditLogOf(text: string): Options['auditLog'] {
  if (text === 'off') return { isOn: false };
  if (/^\d{1,7}$/.test(text)) return { late: Number(text) };
  throw new InvalidArgumentError("Expected 'off' or a number of seconds.");
}

async function simulate({ without = [], ...options }: Options): Promise<void> {
  const { demandWritableFolder } = await import('../terminal/files.ts');
  await demandWritableFolder(tmpdir(), 'set TMPDIR to a folder where its keys may be written');
  const { interruptible } = await import('../terminal/interrupt.ts');
  const { serveSimulation } = await import('../../rehearsal/simulate.ts');
  const { projects = 0 } = options;
  // Each has two certificates of its own, which takes a while.
  if (projects > 100) say(`making the certificates of ${projects} projects …`);
  await interruptible(async (signal) => {
    const { ready, close } = await serveSimulation({
      ...options,
      without: without.map((word) => MAY_NOT[word]),
    });
    process.stdout.write(jsonLineOf(ready));
    if (!signal.aborted) await once(signal, 'abort');
    await close();
  });
}
