import { createPublicKey, ECDH, type KeyObject } from 'node:crypto';

/**
 * Returns a public key in one form, however a certificate writes it (I15): an elliptic curve's point
 * uncompressed, and an RSA key without the limits of its use. A key that cannot be converted is returned as
 * it is.
 */
export function inOneForm(key: KeyObject): KeyObject {
  try {
    if (key.asymmetricKeyType === 'rsa-pss')
      return createPublicKey({ key: partsOf(key).bits, format: 'der', type: 'pkcs1' });
    return key.asymmetricKeyType === 'ec' ? whole(key) : key;
  } catch {
    return key;
  }
}

/**
 * A JWK has both coordinates of a point. But JWK has no name for some curves that OpenSSL knows; those are
 * converted by hand.
 */
function whole(key: KeyObject): KeyObject {
  try {
    return createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  } catch {
    const { namedCurve = '' } = key.asymmetricKeyDetails ?? {};
    const { algorithm, bits } = partsOf(key);
    const point = Buffer.from(
      ECDH.convertKey(bits, namedCurve, undefined, 'hex', 'uncompressed') as string,
      'hex',
    );
    const spki = der(
      SEQUENCE,
      Buffer.concat([algorithm, der(BIT_STRING, Buffer.concat([NO_UNUSED, point]))]),
    );
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  }
}

const [SEQUENCE, BIT_STRING] = [0x30, 0x03];

/** A bit string begins with the number of unused bits in its last byte. */
const NO_UNUSED = Buffer.from([0]);

/**
 * Returns the parts of an SPKI: the algorithm's own element as it stands, and the bytes of the key (RFC 5280,
 * 4.1).
 */
function partsOf(key: KeyObject): { algorithm: Buffer; bits: Buffer } {
  const { content } = elementAt(key.export({ type: 'spki', format: 'der' }), 0);
  const { end } = elementAt(content, 0);
  const { content: bits } = elementAt(content, end);
  return { algorithm: content.subarray(0, end), bits: bits.subarray(NO_UNUSED.length) };
}

/** Returns the content of the DER element that begins at an offset, and where the element ends. */
function elementAt(bytes: Buffer, at: number): { content: Buffer; end: number } {
  const first = bytes[at + 1] ?? 0;
  const digits = first < 0x80 ? 0 : first - 0x80;
  const begin = at + 2 + digits;
  const length = digits === 0 ? first : bytes.readUIntBE(at + 2, digits);
  return { content: bytes.subarray(begin, begin + length), end: begin + length };
}

/** Encodes an element of at most 255 bytes: no curve has a larger point. */
const der = (tag: number, content: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(content.length < 0x80 ? [tag, content.length] : [tag, 0x81, content.length]),
    content,
  ]);
