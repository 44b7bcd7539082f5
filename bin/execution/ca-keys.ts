import { type Command, Option } from 'commander';
import { keyDigestOf } from '../../lambdas/adapters/x509/keys.ts';
import { nameToTell } from '../../lambdas/adapters/x509/names.ts';
import { certificatesIn } from '../../lambdas/adapters/x509/pem.ts';
import type { Inventory } from '../../lambdas/domain/anchor.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { type CompromiseFacts, keysOfUploads } from '../../lambdas/domain/planning/compromise.ts';
import { anchorsInWords } from '../../lambdas/domain/planning/facts.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { readBytes } from '../terminal/files.ts';

/** Files with certificates of CAs that were never uploaded and whose keys leaked. */
export type CaOptions = { ca?: string[] };

/** Adds the option by which an emergency names the key of a CA that was never uploaded (I15). */
export const addCaOption = (command: Command): Command =>
  command.addOption(
    new Option('--ca <file>', 'PEM of a CA below a named anchor whose key leaked too (repeatable)').argParser(
      (value: string, values: string[] = []) => [...values, value],
    ),
  );

/** A certificate in such a file: its subject, and the SHA-256 of its public key (SPKI, hex). */
export type Ca = { file: string; subject: string; digest: string };

/**
 * Returns the CAs in these files, each key once. Throws `InvalidInput`, which names the file. The message
 * tells nothing of its content except a subject (I14).
 */
export async function casIn({ ca: files = [] }: CaOptions): Promise<Ca[]> {
  const all = (await Promise.all(files.map(casInFile))).flat();
  return all.filter(({ digest }, i) => all.findIndex((one) => one.digest === digest) === i);
}

/** Adds the keys of these CAs to an emergency's request. */
export const withCaKeys = (request: Request, cas: readonly Ca[]): Request =>
  request.mode !== 'emergency' || cas.length === 0
    ? request
    : { ...request, keys: cas.map(({ digest }) => digest) };

/** Names a CA so that a person can recognize it before its key is distrusted for good. */
export const caInWords = ({ subject, digest }: Omit<Ca, 'file'>): string => `${subject} (SHA-256 ${digest})`;

/**
 * Throws `InvalidRequest` when one of these CAs has the key of an uploaded anchor that the request does not
 * name. A bundle often also holds the next root. Its key would then count as compromised for good, and the
 * emergency would have no successor left (I15).
 */
export function demandNeverUploaded(
  cas: readonly Ca[],
  facts: CompromiseFacts & { inventory: Inventory },
): void {
  const wrong = keysOfUploads(facts).flatMap(({ digest, anchorIds }) => {
    const ca = cas.find((one) => one.digest === digest);
    if (!ca) return [];
    const which = anchorsInWords(anchorIds, facts.inventory);
    return `--ca ${ca.file}: the certificate of ${ca.subject} has the key of ${which}`;
  });
  if (wrong.length === 0) return;
  throw new WindlassError(
    'InvalidRequest',
    `${wrong.join('; ')}, which is uploaded, and --ca is for CAs that were never uploaded: give a file without that certificate, or name the anchor by --anchor as well where its own key leaked too`,
  );
}

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

async function casInFile(file: string): Promise<Ca[]> {
  const refuse = (why: string): never => {
    throw new WindlassError('InvalidInput', `--ca ${file}${why}`);
  };
  const text = (await readBytes('--ca', file)).toString('utf8');
  if (PRIVATE_KEY.test(text))
    refuse(
      " holds a private key, which belongs on no command line: give a file with the CA's certificate alone",
    );
  const certificates = certificatesIn(text);
  if (certificates.length === 0)
    refuse(
      " holds no certificate: give the CA's certificate as PEM, which begins with -----BEGIN CERTIFICATE-----",
    );
  return certificates.map((certificate, i) => {
    const which = certificates.length > 1 ? `: its certificate ${i + 1}` : ': its certificate';
    if (!certificate)
      return refuse(`${which} cannot be read: give the CA's certificate as its CA has issued it`);
    if (!certificate.ca)
      return refuse(
        `${which} is no CA's: give that of the CA whose key leaked, and no leaf that it has issued`,
      );
    const digest =
      keyDigestOf(certificate.toString()) ??
      refuse(`${which} has a public key that cannot be read: give the CA's certificate as it was issued`);
    return { file, subject: nameToTell(certificate.subject) || 'no subject', digest };
  });
}
