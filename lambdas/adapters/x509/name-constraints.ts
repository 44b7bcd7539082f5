import type { X509Certificate } from 'node:crypto';
import { type Element, inside } from './der.ts';
import { extensionsOf } from './extensions.ts';
import { foldedName } from './names.ts';

/**
 * Whether a CA's name constraints allow a certificate below it (RFC 5280, 4.2.1.10). For each constrained
 * kind of name, each name must be within the permitted part, and outside the excluded part. A kind of name
 * that we cannot compare is allowed.
 */
export function permits(issuer: X509Certificate, certificate: X509Certificate): boolean {
  const { nameConstraints } = extensionsOf(issuer);
  if (!nameConstraints) return true;
  const names = namesOf(certificate);
  const [permitted = [], excluded = []] = [PERMITTED, EXCLUDED].map((tag) =>
    inside(inside(nameConstraints)[0]?.content)
      .filter((part) => part.tag === tag)
      .flatMap(({ content }) => inside(content))
      .flatMap(({ content }) => inside(content).slice(0, 1).map(bare)),
  );
  return names.every((name) => {
    const isWithin = (base: Element): boolean | null =>
      COMPARED[name.tag]?.(name.content, base.content) ?? null;
    const [allowed, barred] = [permitted, excluded].map((bases) =>
      bases.filter(({ tag }) => tag === name.tag).map(isWithin),
    );
    const isAllowed = !allowed?.length || allowed.some((within) => within !== false);
    return isAllowed && !barred?.includes(true);
  });
}

const [PERMITTED, EXCLUDED] = [0xa0, 0xa1];
/** The kinds of a GeneralName (RFC 5280, 4.2.1.6). */
const [EMAIL, DNS, DIRECTORY, URI, IP] = [0x81, 0x82, 0xa4, 0x86, 0x87];

/** Returns a certificate's alternative names, and its subject if that is not empty. */
function namesOf(certificate: X509Certificate): Element[] {
  const { subjectAltName, subject } = extensionsOf(certificate);
  const directory = subject && subject.length > 0 ? [{ tag: DIRECTORY, content: subject }] : [];
  return [...inside(inside(subjectAltName)[0]?.content).map(bare), ...directory];
}

/** Unwraps a directory name, which has a sequence around its parts. */
const bare = ({ tag, content }: Element): Element => ({
  tag,
  content: tag === DIRECTORY ? (inside(content)[0]?.content ?? Buffer.alloc(0)) : content,
});

/** For each kind, whether a name lies within a constraint; null when that cannot be told. */
const COMPARED: Record<number, (name: Buffer, base: Buffer) => boolean | null> = {
  [DNS]: (name, base) => isHostIn(textOf(name), textOf(base).replace(/^\./, '')),
  [EMAIL]: (name, base) => {
    const [address, within] = [textOf(name), textOf(base)];
    return within.includes('@') ? address === within : isExactly(address.split('@').at(-1) ?? '', within);
  },
  [URI]: (name, base) => {
    const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:?#]+)/.exec(textOf(name))?.[1];
    return host === undefined ? null : isExactly(host, textOf(base));
  },
  [IP]: (name, base) => {
    const length = base.length / 2;
    return (
      name.length === length &&
      name.every((byte, i) => ((byte ^ (base[i] ?? 0)) & (base[length + i] ?? 0)) === 0)
    );
  },
  [DIRECTORY]: (name, base) => {
    const own = inside(name).map(partOf);
    return inside(base)
      .map(partOf)
      .every((part, i) => part === own[i]);
  },
};

const textOf = (content: Buffer): string => content.toString('latin1').toLowerCase();

/** Whether a host is `base` or below it. An empty base allows every host. */
const isHostIn = (host: string, base: string): boolean =>
  base === '' || host === base || host.endsWith(`.${base}`);

/** Whether a host is exactly `base` or, if `base` begins with a dot, below it. */
const isExactly = (host: string, base: string): boolean =>
  base.startsWith('.') ? host.endsWith(base) : host === base;

/**
 * Returns a relative distinguished name in one form, as hosts compare it: by its fields, whatever text type
 * they are written in.
 */
const partOf = ({ content }: Element): string =>
  inside(content)
    .map((field) => {
      const [id, value] = inside(field.content);
      return `${id?.content.toString('hex')}=${foldedName(value?.content.toString())}`;
    })
    .sort()
    .join('+');
