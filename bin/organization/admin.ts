import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AdminCredential } from '../../lambdas/adapters/openai/admin-credential.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { isPlainUrl, mayCarryKey, mayHoldSecret } from '../../lib/checks/urls.ts';
import { readAdminFiles } from './admin-files.ts';

/**
 * The address of the certificates API, and the files of the admin credential's own client certificate (F10).
 */
export type AdminOptions = { baseUrl: string; adminCert?: string; adminKeyFile?: string };

/** The lines of a command's help that explain where the admin key comes from. */
export const ADMIN_ENVIRONMENT = `  OPENAI_ADMIN_KEY         the admin API key (never an option: others can see those)
  OPENAI_BASE_URL          the base URL, instead of --base-url
  WINDLASS_ADMIN_CERT      instead of --admin-cert
  WINDLASS_ADMIN_KEY_FILE  instead of --admin-key-file`;

/** Adds the options for the certificates API's address and for the admin client certificate. */
export function addAdminOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--base-url <url>', 'the certificates API')
        .env('OPENAI_BASE_URL')
        .default('https://api.openai.com/v1')
        .argParser(parseBaseUrl),
    )
    .addOption(
      new Option(
        '--admin-cert <file>',
        'PEM chain to present where the organization asks admin callers for a certificate',
      ).env('WINDLASS_ADMIN_CERT'),
    )
    .addOption(
      new Option('--admin-key-file <file>', 'PEM private key of --admin-cert').env('WINDLASS_ADMIN_KEY_FILE'),
    );
}

/** The files of the admin credential's own client certificate, when the environment names them. */
export const adminFilesOfEnvironment = (): Pick<AdminOptions, 'adminCert' | 'adminKeyFile'> => {
  const { WINDLASS_ADMIN_CERT: adminCert, WINDLASS_ADMIN_KEY_FILE: adminKeyFile } = process.env;
  return { ...(adminCert && { adminCert }), ...(adminKeyFile && { adminKeyFile }) };
};

/**
 * Reads the admin credential from the environment and the certificate files. Throws `InvalidInput`. No
 * message contains any of it (I14).
 */
export async function readAdminCredential(options: AdminOptions): Promise<AdminCredential> {
  const apiKey = process.env.OPENAI_ADMIN_KEY?.trim();
  if (!apiKey)
    throw new WindlassError('InvalidInput', 'OPENAI_ADMIN_KEY is not set: put the admin API key there');
  // A line break or a quote in the key makes the HTTP client fail when it builds the header, and its error
  // message would show the key.
  if (!/^[\x21-\x7e]+$/.test(apiKey) || /^['"]|['"]$/.test(apiKey))
    throw new WindlassError(
      'InvalidInput',
      'OPENAI_ADMIN_KEY holds a character that no API key has, such as a space, a line break or a quote',
    );
  return { apiKey, origin: 'OPENAI_ADMIN_KEY', ...(await readCertificate(options)) };
}

async function readCertificate({ baseUrl, adminCert, adminKeyFile }: AdminOptions) {
  if (adminCert === undefined && adminKeyFile === undefined) return {};
  if (adminCert === undefined)
    throw new WindlassError('InvalidInput', goTogether('--admin-key-file', adminKeyFile, '--admin-cert'));
  if (adminKeyFile === undefined)
    throw new WindlassError('InvalidInput', goTogether('--admin-cert', adminCert, '--admin-key-file'));
  if (!/^https:/i.test(baseUrl))
    throw new WindlassError('InvalidInput', `--admin-cert needs an https:// base URL, not ${baseUrl}`);
  return readAdminFiles(adminCert, adminKeyFile);
}

const goTogether = (given: string, file: string | undefined, missing: string): string =>
  `${given} ${file || '""'} goes with ${missing}, which is missing`;

function parseBaseUrl(text: string): string {
  // Commander's own error shows the value, which may be secret (I14).
  if (mayHoldSecret(text) && !isPlainUrl(text))
    throw new WindlassError(
      'InvalidInput',
      '--base-url or OPENAI_BASE_URL is not a base URL such as https://api.openai.com/v1: it has a user, a password, a query or a fragment, which may be secret, so it is not shown here',
    );
  if (!isPlainUrl(text))
    throw new InvalidArgumentError('It is not a base URL such as https://api.openai.com/v1.');
  if (!mayCarryKey(text))
    throw new InvalidArgumentError(
      `It would send the admin key in clear to ${new URL(text).host}: use https://, which only this machine itself does without.`,
    );
  return text.replace(/\/+$/, '');
}

/** Adds a hint to an error when the base URL has no path: the API's routes begin with `/v1`. */
export function withBaseUrlHint(error: unknown, baseUrl: string): unknown {
  const isPuzzling =
    error instanceof WindlassError && ['ApiRefused', 'UnreadableAnswer'].includes(error.name);
  if (!isPuzzling || new URL(baseUrl).pathname !== '/') return error;
  return new WindlassError(error.name, `${error.message} (--base-url has no path: is it ${baseUrl}/v1?)`);
}
