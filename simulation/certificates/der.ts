/** The few ASN.1 types in which a certificate is written, each as its DER. */
export const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, parts);

export const set = (...parts: readonly Buffer[]): Buffer => element(0x31, parts);

/** Context tag `[number]` around others. With `primitive` it replaces their own tag. */
export const tagged = (
  number: number,
  content: Buffer,
  kind: 'explicit' | 'primitive' = 'explicit',
): Buffer => element((kind === 'explicit' ? 0xa0 : 0x80) + number, [content]);

export const boolean = (value: boolean): Buffer => element(0x01, [Buffer.from([value ? 0xff : 0])]);

/** A whole number that is not negative, from its bytes with the highest first. */
export function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Buffer.alloc(1) : bytes.subarray(first);
  // The highest bit is a sign.
  return element(0x02, (digits[0] ?? 0) & 0x80 ? [Buffer.alloc(1), digits] : [digits]);
}

/** A whole number by its content, whose highest bit is a sign. */
export const signed = (content: Buffer): Buffer => element(0x02, [content]);

/** A bit string. The last `unused` bits of its last byte say nothing. */
export const bitString = (content: Buffer, unused = 0): Buffer =>
  element(0x03, [Buffer.from([unused]), content]);

export const octetString = (content: Buffer): Buffer => element(0x04, [content]);

export const utf8String = (text: string): Buffer => element(0x0c, [Buffer.from(text)]);

/** The object identifier of a dotted number such as `2.5.29.14`. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(0x06, [Buffer.from([first * 40 + second, ...rest.flatMap(inSevens)])]);
}

/** A time from Unix seconds. Years from 2050 on have a type of their own. */
export function time(seconds: number): Buffer {
  const digits = `${new Date(seconds * 1000).toISOString().replace(/\..*|\D/g, '')}Z`;
  const isLate = digits >= '2050';
  return element(isLate ? 0x18 : 0x17, [Buffer.from(isLate ? digits : digits.slice(2))]);
}

/** Seven bits a byte, the highest first. Every byte but the last says that another follows. */
function inSevens(number: number): number[] {
  const bytes = [number & 0x7f];
  for (let left = number >>> 7; left > 0; left >>>= 7) bytes.unshift(0x80 | (left & 0x7f));
  return bytes;
}

function element(tag: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(length)]), ...parts]);
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}
