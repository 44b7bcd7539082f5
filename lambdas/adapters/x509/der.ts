/** One element of DER: its tag, and its content. */
export type Element = { tag: number; content: Buffer };

/**
 * Returns the elements inside a constructed element; none for an absent one. Throws a RangeError for bytes
 * that are not DER. `whole` is the element with its tag and length.
 */
export function inside(der: Buffer | undefined): (Element & { whole: Buffer })[] {
  const found: ReturnType<typeof inside> = [];
  for (let at = 0; der && at < der.length; ) {
    const [tag, first] = [der.readUInt8(at), der.readUInt8(at + 1)];
    const width = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + width;
    const length = first < 0x80 ? first : der.readUIntBE(at + 2, width);
    const end = start + length;
    found.push({ tag, content: der.subarray(start, end), whole: der.subarray(at, end) });
    at = end;
  }
  return found;
}
