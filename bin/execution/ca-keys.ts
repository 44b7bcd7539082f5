import { type Command, Option } from 'commander';
import { keyDigestOf } from '../../lambdas/adapters/x509/keys.ts';
import { certificatesIn } from '../../lambdas/adapters/x509/pem.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import { readBytes } from '../terminal/files.ts';

/** Files with certificates of CAs that were never uploaded, whose keys leaked. */
export type CaOptions = { ca?: string[] };

/** Adds the option by which an emergency names the key of a CA that was never uploaded (I15). */
export const addCaOption = (command: Command): Command =>
  command.addOption(
    new Option('--ca <file>', 'PEM of a CA below a named anchor whose key leaked too (repeatable)').argParser(
      (value: string, values: string[] = []) => [...values, value],
    ),
  );

/** A request with the keys of the CAs in these files. Throws `InvalidInput` naming the file, and never what is in it (I14). */
export async function withCaKeys(request: Request, { ca: files = [] }: CaOptions): Promise<Request> {
  if (request.mode !== 'emergency' || files.length === 0) return request;
  const keys = await Promise.all(files.map(keysIn));
  return { ...request, keys: [...new Set(keys.flat())] };
}

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

async function keysIn(file: string): Promise<string[]> {
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
    const digest = keyDigestOf(certificate.toString());
    return (
      digest ??
      refuse(`${which} has a public key that cannot be read: give the CA's certificate as it was issued`)
    );
  });
}
