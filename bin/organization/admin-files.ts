import { createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { readBytes, readText } from '../terminal/files.ts';

/** The admin credential's own client certificate, PEM (F10). */
type AdminCertificate = { certificateChain: string; privateKey: string };

/**
 * Reads both files and checks that they belong together. Throws `InvalidInput` with the remedy. No message
 * contains anything of the files (I14).
 */
export async function readAdminFiles(adminCert: string, adminKeyFile: string): Promise<AdminCertificate> {
  const [cert, key] = [`--admin-cert ${adminCert}`, `--admin-key-file ${adminKeyFile}`];
  const certificateChain = await readPem('--admin-cert', adminCert, 'x509');
  const privateKey = await readPem('--admin-key-file', adminKeyFile, 'pkey');
  refuseWith(() => createPrivateKey(privateKey), `${key} ${whyNoKey(privateKey, adminKeyFile)}`);
  refuseWith(
    () => createSecureContext({ cert: certificateChain }),
    (code) =>
      /TOO_(SMALL|WEAK)$/.test(code)
        ? `${cert} has a key or a signature that is too weak for TLS: issue one with a key such as P-256 or RSA 2048, and SHA-256`
        : `${cert} is not a PEM certificate chain`,
  );
  refuseWith(
    () => createSecureContext({ cert: certificateChain, key: privateKey }),
    `${key} is not the key of ${cert}`,
  );
  return { certificateChain, privateKey };
}

/**
 * Reads the text of a PEM file. For DER and PKCS#12 the error gives the OpenSSL command that converts the
 * file to PEM.
 */
async function readPem(option: string, file: string, what: 'x509' | 'pkey'): Promise<string> {
  const bytes = await readBytes(option, file);
  const form = formOf(bytes);
  if (form === 'PKCS#12')
    throw refusal(
      `${option} ${file} is PKCS#12, not PEM: openssl pkcs12 -in ${file} ${what === 'x509' ? '-nokeys' : '-nocerts -nodes'} prints what belongs there`,
    );
  if (form === 'DER')
    throw refusal(
      `${option} ${file} is DER, not PEM: openssl ${what} -inform DER -in ${file} prints it as PEM`,
    );
  const text = await readText(option, file);
  if (text.trim() === '') throw refusal(`${option} ${file} is empty`);
  return text;
}

/** Recognizes the two binary forms. Both are one ASN.1 sequence; a PKCS#12 begins with its version, 3. */
function formOf(bytes: Buffer): 'DER' | 'PKCS#12' | null {
  const begin = bytes.subarray(0, 10).toString('hex');
  if (/^30(8[0-4](..){0,4}|[0-7].)020103/.test(begin)) return 'PKCS#12';
  return /^30(8[1-4]|[0-7].(02|30))/.test(begin) ? 'DER' : null;
}

function whyNoKey(text: string, file: string): string {
  if (/ENCRYPTED/.test(text))
    return `is encrypted: openssl pkey -in ${file} asks for its password and prints it without`;
  if (/BEGIN (TRUSTED )?CERTIFICATE/.test(text))
    return 'holds a certificate and no private key: are the two files the wrong way round?';
  return 'is not an unencrypted PEM private key';
}

function refuseWith(read: () => unknown, message: string | ((code: string) => string)): void {
  try {
    read();
  } catch (error) {
    // Without a cause: OpenSSL's messages do not help here, and some of them quote the file.
    throw refusal(typeof message === 'string' ? message : message(String(Object(error).code)));
  }
}

const refusal = (message: string): WindlassError => new WindlassError('InvalidInput', message);
