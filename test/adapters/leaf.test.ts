import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../lambdas/adapters/x509/fingerprint.ts';
import { hangsFrom, isSignedBelow, marksOf, subjectDigestOf } from '../../lambdas/adapters/x509/issuer.ts';
import { keyIdOf, keyIdsAbove } from '../../lambdas/adapters/x509/key-ids.ts';
import { keyDigestOf, keysOf, publicKeyOf } from '../../lambdas/adapters/x509/keys.ts';
import { inspectLeaf } from '../../lambdas/adapters/x509/leaf.ts';
import { inspectAnchor } from '../../lambdas/adapters/x509/trust-anchor.ts';
import type { Flaws } from '../../simulation/certificates/extensions.ts';
import {
  createAuthority,
  crossSign,
  issueIntermediate,
  issueLeaf,
} from '../../simulation/certificates/pki.ts';

const NOW = 1_790_000_000;
const DAY = 86_400;
const valid = { notBefore: NOW - 30 * DAY, notAfter: NOW + 30 * DAY };

const acme = await createAuthority({ name: 'acme-root', ...valid });
const next = await createAuthority({ name: 'acme-root', ...valid });
const expired = await createAuthority({ name: 'old-root', notBefore: NOW - 60 * DAY, notAfter: NOW - DAY });
const anchor = (anchorId: string, { pem }: { pem: string }) => ({ anchorId, pem });
const anchors = [anchor('cert_acme', acme), anchor('cert_next', next), anchor('cert_old', expired)];
const sound = await issueLeaf(acme, { commonName: 'ingest', ...valid });

test("an anchor with an empty subject has marks as any other: it is none of the others' affair (I17)", async () => {
  const nameless = await createAuthority({ name: '', ...valid });
  const leaf = await issueLeaf(nameless, { commonName: 'ingest', ...valid });
  const { key, subject } = marksOf(nameless.pem);
  if (key === null || subject === null) throw new Error('it has no marks');
  expect(isSignedBelow(leaf.certificateChain, { key, subject })).toBe(true);
  expect(isSignedBelow(sound.certificateChain, { key, subject })).toBe(false);
});

describe('which anchors a leaf chains to', () => {
  test('its issuer, and not another generation of the same name', () => {
    expect(inspectLeaf(sound, anchors, NOW)).toMatchObject({
      ...{ chainsTo: ['cert_acme'], problems: [] },
      endsAt: valid.notAfter,
    });
  });

  test('through intermediates, in whatever order they come', async () => {
    const upper = await issueIntermediate(acme, { name: 'acme upper', ...valid });
    const lower = await issueIntermediate(upper, { name: 'acme lower', ...valid });
    const leaf = await issueLeaf(lower, { commonName: 'ingest', ...valid });
    const [first, ...rest] = leaf.certificateChain
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter((b) => b.trim());
    const shuffled = { ...leaf, certificateChain: [first, ...rest.reverse()].join('') };
    expect(inspectLeaf(leaf, anchors, NOW)).toMatchObject({ chainsTo: ['cert_acme'], problems: [] });
    expect(inspectLeaf(shuffled, anchors, NOW)).toMatchObject({ chainsTo: ['cert_acme'], problems: [] });
    expect(inspectLeaf({ ...leaf, certificateChain: first ?? '' }, anchors, NOW).chainsTo).toEqual([]);
    expect(inspectLeaf(leaf, [anchor('cert_upper', upper)], NOW).chainsTo).toEqual(['cert_upper']);
  });

  test('its issuer apart from what an intermediate or a cross-certificate leads to (F7)', () => {
    const issuing = issueIntermediate(acme, { name: 'acme issuing', ...valid });
    const below = issueLeaf(issuing, { commonName: 'ingest', ...valid });
    const sent = { ...sound, certificateChain: sound.certificateChain + crossSign(expired, acme, valid) };
    const [chainsTo, issuers] = [['cert_acme', 'cert_old'], ['cert_acme']];
    expect(inspectLeaf(sent, anchors, NOW)).toMatchObject({ chainsTo, issuers });
    expect(inspectLeaf(below, anchors, NOW)).toMatchObject({ chainsTo: ['cert_acme'], issuers: [] });
    expect(inspectLeaf(below, [anchor('cert_issuing', issuing)], NOW).issuers).toEqual(['cert_issuing']);
  });

  test('an expired anchor still counts, since it says which succession the leaf belongs to', async () => {
    const leaf = await issueLeaf(expired, { commonName: 'ingest', ...valid });
    expect(inspectLeaf(leaf, anchors, NOW)).toMatchObject({ chainsTo: ['cert_old'], problems: [] });
  });

  test('every re-issue of one key, and an anchor that was sent along', async () => {
    const reissued = await createAuthority({ name: 'acme-root', keys: acme.keys, ...valid });
    const both = [...anchors, anchor('cert_again', reissued)];
    const withRoot = { ...sound, certificateChain: sound.certificateChain + acme.pem };
    expect(inspectLeaf(sound, both, NOW).chainsTo).toEqual(['cert_acme', 'cert_again']);
    expect(inspectLeaf(withRoot, anchors, NOW)).toMatchObject({ chainsTo: ['cert_acme'], problems: [] });
  });

  test('by signature and not by name: a forged issuer leads nowhere', async () => {
    const forged = await createAuthority({ name: 'acme-root', ...valid, wrongKey: true });
    const leaf = await issueLeaf(forged, { commonName: 'ingest', ...valid });
    expect(inspectLeaf(leaf, anchors, NOW).chainsTo).toEqual([]);
  });

  test('an anchor that cannot be read is no anchor', () => {
    expect(inspectLeaf(sound, [{ anchorId: 'cert_x', pem: 'nothing' }], NOW).chainsTo).toEqual([]);
  });
});

describe('what is wrong with a leaf', () => {
  test.for<[string, Flaws & Partial<typeof valid>, string]>([
    ['without AKI', { omitAki: true }, 'the leaf has no Authority Key Identifier'],
    ['without clientAuth', { omitClientAuth: true }, 'the leaf lacks the extended key usage clientAuth'],
    ['that has expired', { notAfter: NOW }, 'the leaf expired at 2026-09-21T14:13:20.000Z'],
    ['of tomorrow', { notBefore: NOW + 1 }, 'the leaf is not valid before 2026-09-21T14:13:21.000Z'],
    ['with another’s key', { wrongKey: true }, 'the private key does not belong to the leaf'],
  ])('a leaf %s', async ([, flaws, problem]) => {
    const leaf = await issueLeaf(acme, { commonName: 'ingest', ...valid, ...flaws });
    const problems = inspectLeaf(leaf, anchors, NOW).problems;
    expect(problems).toContain(problem);
  });

  test('a key that is no key, and nothing of it is repeated', () => {
    const { problems } = inspectLeaf({ ...sound, privateKey: 'RECOGNIZABLE' }, anchors, NOW);
    expect(problems).toEqual(['the private key is not a readable, unencrypted PEM key']);
  });

  test.for(['', 'garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    'a chain that is no PEM (%j) is a problem with an empty fingerprint',
    (certificateChain) => {
      expect(inspectLeaf({ ...sound, certificateChain }, anchors, NOW)).toMatchObject({
        fingerprint: '',
        chainsTo: [],
        keyIdsAbove: [],
        problems: ['the leaf is not a readable PEM certificate'],
      });
      expect(fingerprintOf(certificateChain)).toBe('');
      expect(keyIdsAbove(certificateChain)).toEqual([]);
    },
  );

  test('whose leaf it is, is told by the signature: an anchor without an identifier, and one under another name', () => {
    const keys = acme.keys;
    const bare = createAuthority({ name: 'bare', keys, ...valid, omitSki: true });
    const under = issueIntermediate(bare, { name: 'bare issuing', ...valid });
    const key = publicKeyOf(bare.pem) ?? '';
    const [byName, byOther] = [bare, acme].map(({ pem }) => ({ key, subject: subjectDigestOf(pem) ?? '' }));
    if (!byName || !byOther) throw new Error('two issuers');
    for (const issuer of [bare, under]) {
      const { certificateChain } = issueLeaf(issuer, { commonName: 'ingest', ...valid });
      expect(isSignedBelow(certificateChain, byName)).toBe(true);
      expect(isSignedBelow(certificateChain, byOther)).toBe(false);
    }
    const strange = createAuthority({ name: 'bare', ...valid });
    const { certificateChain } = issueLeaf(strange, { commonName: 'ingest', ...valid });
    expect(isSignedBelow(certificateChain, byName)).toBe(false);
    expect(isSignedBelow('no PEM', byName)).toBe(false);
  });

  test.for<[string, Flaws]>([
    ['without SKI', { omitSki: true }],
    ['without key usage', { omitKeyUsage: true }],
  ])('nothing of a leaf %s, which no host refuses (F13)', async ([, flaws]) => {
    const leaf = await issueLeaf(acme, { commonName: 'ingest', ...valid, ...flaws });
    expect(inspectLeaf(leaf, anchors, NOW).problems).toEqual([]);
  });

  test.for<[string, (pem: string) => string, string]>([
    [
      'joined blocks',
      (pem) => pem.replace(/-----END CERTIFICATE-----\n+-----BEGIN/, '-----END CERTIFICATE----------BEGIN'),
      'the leaf is not a readable PEM certificate',
    ],
    ['text before a marker', (pem) => `subject=/CN=x ${pem}`, 'the private key does not belong to the leaf'],
  ])('what no TLS stack loads, with the line that is wrong: %s', async ([, damage, problem]) => {
    const under = await issueIntermediate(acme, { name: 'acme issuing', ...valid });
    const leaf = await issueLeaf(under, { commonName: 'ingest', ...valid });
    const { problems } = inspectLeaf(
      { ...leaf, certificateChain: damage(leaf.certificateChain) },
      anchors,
      NOW,
    );
    expect(problems.join('; ')).toContain(problem);
    expect(problems.join('; ')).toMatch(/line \d+ has more on it than the marker of a certificate/);
  });

  test('reads the labels that TLS stacks read, and a marker in a comment is none', async () => {
    const under = await issueIntermediate(acme, { name: 'acme issuing', ...valid });
    const leaf = await issueLeaf(under, { commonName: 'ingest', ...valid });
    const labelled = (label: string, pem: string) =>
      pem.replaceAll(/-----(BEGIN|END) CERTIFICATE-----/g, `-----$1 ${label} CERTIFICATE-----`);
    const direct = await issueLeaf(acme, { commonName: 'ingest', ...valid });
    for (const chain of [
      { ...leaf, certificateChain: labelled('X509', leaf.certificateChain) },
      { ...leaf, certificateChain: `# paste -----BEGIN CERTIFICATE----- here\n${leaf.certificateChain}` },
      { ...leaf, certificateChain: `\uFEFF${leaf.certificateChain.replaceAll('\n', '\r\n')}` },
      { ...direct, certificateChain: labelled('TRUSTED', direct.certificateChain) },
    ])
      expect(inspectLeaf(chain, anchors, NOW)).toMatchObject({ chainsTo: ['cert_acme'], problems: [] });
  });

  test.for(['\u00a0', '\f', '\r\r', '\u2028', ' \t'])(
    'passes over %j at the end of a line, as TLS stacks do: the next block is not the leaf',
    async (end) => {
      const under = await issueIntermediate(next, { name: 'acme issuing', ...valid });
      const damaged = sound.certificateChain.replaceAll('-----\n', `-----${end}\n`);
      const seen = inspectLeaf({ ...sound, certificateChain: damaged + under.pem }, anchors, NOW);
      expect(seen.chainsTo).toEqual(['cert_acme']);
      expect(seen.fingerprint).toBe(fingerprintOf(sound.certificateChain));
    },
  );

  test('one whole path is enough, whatever else the chain carries, and it says until when', async () => {
    const short = await issueIntermediate(acme, { name: 'acme issuing', ...valid, notAfter: NOW + DAY });
    const leaf = await issueLeaf(short, { commonName: 'ingest', ...valid });
    const lapsed = await issueIntermediate(acme, {
      name: 'lapsed',
      notBefore: NOW - 9 * DAY,
      notAfter: NOW - DAY,
    });
    const chain = { ...leaf, certificateChain: leaf.certificateChain + lapsed.pem };
    expect(inspectLeaf(chain, anchors, NOW)).toMatchObject({
      ...{ problems: [], pathProblems: {}, validUntil: { cert_acme: NOW + DAY } },
    });
  });

  test('the way that lasts longest counts, of however many and whatever the others are', () => {
    const years = Array.from({ length: 9 }, (_, year) => {
      const validity = { ...valid, notAfter: NOW + (20 + year) * DAY };
      return crossSign(acme, next, validity) + crossSign(next, acme, validity);
    });
    // The short path ends first: the anchor itself has certified the leaf's issuer.
    const short = crossSign(expired, acme, { ...valid, notAfter: NOW + DAY });
    const long = crossSign(expired, next, { ...valid, notAfter: NOW + 9 * DAY });
    const sent = { ...sound, certificateChain: [sound.certificateChain, short, long, ...years].join('') };
    expect(inspectLeaf(sent, [anchor('cert_old', expired)], NOW)).toMatchObject({
      ...{ chainsTo: ['cert_old'], issuers: [], pathProblems: {} },
      validUntil: { cert_old: NOW + 9 * DAY },
    });
  });

  test('the keys of the certificates sent along, and who vouches for them', async () => {
    const cross = await issueIntermediate(acme, { name: 'acme issuing', ...valid });
    const leaf = await issueLeaf(cross, { commonName: 'ingest', ...valid });
    expect(inspectLeaf(leaf, anchors, NOW).carries).toEqual([
      { keyDigest: keyDigestOf(cross.pem), vouchedBy: ['cert_acme'], subject: 'CN=acme issuing' },
    ]);
    const keys = keysOf([...anchors, { anchorId: 'cert_cross', pem: cross.pem }]);
    expect(keys.get('cert_acme')).toEqual({
      digest: keyDigestOf(acme.pem),
      vouchesFor: [keyDigestOf(cross.pem)],
    });
    expect(keys.get('cert_cross')?.vouchesFor).toEqual([]);
  });

  test.for([
    ['a byte order mark, as files have that were put together', '\uFEFF'],
    ['text', 'issuing: '],
  ])(
    'an intermediate that every stack passes over for %s before its first line: that line is named (I13)',
    async ([, before]) => {
      const issuing = await issueIntermediate(acme, { name: 'issuing', ...valid });
      const leaf = await issueLeaf(issuing, { commonName: 'ingest', ...valid });
      const certificateChain = leaf.certificateChain.replace(/\n(-----BEGIN)/, `\n${before}$1`);
      const facts = inspectLeaf({ ...leaf, certificateChain }, anchors, NOW);
      expect(facts).toMatchObject({
        chainsTo: [],
        problems: [],
        chainProblem: expect.stringMatching(/^line \d+ /),
      });
    },
  );

  test('an intermediate that is missing is named (I13)', async () => {
    const issuing = await issueIntermediate(acme, { name: 'issuing', ...valid });
    const leaf = await issueLeaf(issuing, { commonName: 'ingest', ...valid });
    expect(inspectLeaf(leaf, anchors, NOW)).not.toHaveProperty('chainProblem');
    const certificateChain = leaf.certificateChain.replace(/(-----END CERTIFICATE-----\n)[\s\S]*$/, '$1');
    expect(inspectLeaf({ ...leaf, certificateChain }, anchors, NOW).chainProblem).toMatch(
      /the issuer "CN=issuing": is an intermediate missing\?$/,
    );
  });

  test('an intermediate that has expired or cannot be read', async () => {
    const lapsed = await issueIntermediate(acme, {
      name: 'lapsed',
      notBefore: NOW - 9 * DAY,
      notAfter: NOW - DAY,
    });
    const leaf = await issueLeaf(lapsed, { commonName: 'ingest', ...valid });
    const garbled = `${sound.certificateChain}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
    expect(inspectLeaf(leaf, anchors, NOW)).toMatchObject({
      ...{ chainsTo: ['cert_acme'], validUntil: {}, problems: [] },
      pathProblems: { cert_acme: expect.stringMatching(/^an intermediate certificate expired at /) },
    });
    expect(inspectLeaf({ ...sound, certificateChain: garbled }, anchors, NOW).problems).toEqual([
      'an intermediate certificate cannot be read',
    ]);
  });

  test('since when no whole path is valid: the last one counts, and one that comes is none that has ended', async () => {
    const below = (...days: [from: number, until: number][]) => {
      const issuing = days.map(([from, until]) =>
        crossSign(acme, next, { notBefore: NOW + from * DAY, notAfter: NOW + until * DAY }),
      );
      const leaf = issueLeaf(next, { commonName: 'ingest', ...valid });
      const sent = { ...leaf, certificateChain: leaf.certificateChain + issuing.join('') };
      return inspectLeaf(sent, [anchor('cert_acme', acme)], NOW).pathsEndedAt;
    };
    expect(below([-9, -3], [-9, -1])).toBe(NOW - DAY);
    expect(below([-9, -1], [-9, 1])).toBeUndefined();
    expect(below([-9, -1], [2, 9])).toBeUndefined();
    // An intermediate that expired before the leaf began let nobody in. It does not tell when that leaf last
    // got in.
    expect(below([-60, -40])).toBeUndefined();
    expect(inspectLeaf(sound, anchors, NOW).pathsEndedAt).toBeUndefined();
  });
});

test('names a leaf by the SHA-256 of its DER, and its anchor by key identifier', async () => {
  const intermediate = await issueIntermediate(acme, { name: 'acme lower', ...valid });
  const leaf = await issueLeaf(intermediate, { commonName: 'ingest', ...valid });
  const certificate = new X509Certificate(sound.certificateChain);
  expect(fingerprintOf(sound.certificateChain)).toBe(
    certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
  );
  expect(inspectLeaf(sound, anchors, NOW).fingerprint).toBe(fingerprintOf(sound.certificateChain));
  expect(keyIdOf(acme.pem)).toMatch(/^[0-9a-f]{40}$/);
  expect(keyIdsAbove(sound.certificateChain)).toEqual([keyIdOf(acme.pem)]);
  // Every key above the leaf counts, wherever it is in the file. An unrelated intermediate is above nothing.
  const unrelated = await issueIntermediate(next, { name: 'another', ...valid });
  const stray = (await issueLeaf(unrelated, { commonName: 'x', ...valid })).certificateChain.split(
    /(?=-----BEGIN)/,
  )[1];
  const between = keyIdOf(leaf.certificateChain.split(/(?=-----BEGIN)/)[1] ?? '');
  expect(keyIdsAbove(`${leaf.certificateChain}${stray}`)).toEqual([between, keyIdOf(acme.pem)]);
  expect(inspectLeaf(leaf, anchors, NOW).keyIdsAbove).toEqual(keyIdsAbove(leaf.certificateChain));
  expect(keyIdsAbove('nothing')).toEqual([]);
  expect(keyIdOf(next.pem)).not.toBe(keyIdOf(acme.pem));
  expect(keyIdOf('nothing')).toBeNull();
});

test('tells what hangs from an anchor by its key and its name, since another may have the same key under another name', async () => {
  const subject = subjectDigestOf(acme.pem) ?? '';
  const keyId = keyIdOf(acme.pem) ?? '';
  const otherwise = await createAuthority({ name: 'otherwise', ...valid });
  const intermediate = await issueIntermediate(acme, { name: 'acme lower', ...valid });
  const leaf = await issueLeaf(intermediate, { commonName: 'ingest', ...valid });
  for (const { certificateChain } of [sound, leaf]) {
    expect(hangsFrom(certificateChain, { keyId, subject })).toBe(true);
    expect(hangsFrom(certificateChain, { keyId })).toBe(true);
    expect(hangsFrom(certificateChain, { keyId, subject: subjectDigestOf(otherwise.pem) ?? '' })).toBe(false);
    expect(hangsFrom(certificateChain, { keyId: keyIdOf(next.pem) ?? '', subject })).toBe(false);
  }
  expect(hangsFrom('nothing', { keyId })).toBe(false);
  expect(subjectDigestOf('nothing')).toBeNull();
});

describe('what is wrong with an anchor', () => {
  test('nothing, when it passes every check of the API', () => {
    expect(inspectAnchor(acme.pem, NOW)).toEqual([]);
  });

  test.for<[string, Flaws & Partial<typeof valid>, string]>([
    ['that is no CA', { notCa: true }, 'it is not a certificate authority (CA:TRUE)'],
    ['that may not sign certificates', { omitKeyUsage: true }, 'it lacks the key usage keyCertSign'],
    ['that may not sign CRLs', { omitKeyUsage: true }, 'it lacks the key usage cRLSign'],
    ['without SKI', { omitSki: true }, 'it has no Subject Key Identifier'],
    ['without AKI', { omitAki: true }, 'it has no Authority Key Identifier'],
    ['that has expired', { notAfter: NOW - 1 }, 'it expired at 2026-09-21T14:13:19.000Z'],
    [
      'that expires within a day',
      { notAfter: NOW + DAY },
      'it expires within a day, at 2026-09-22T14:13:20.000Z',
    ],
  ])('a certificate %s', async ([, flaws, problem]) => {
    const { pem } = await createAuthority({ name: 'flawed', ...valid, ...flaws });
    expect(inspectAnchor(pem, NOW)).toContain(problem);
  });

  test('a file that is no certificate, holds several, or is too large', () => {
    expect(inspectAnchor('nothing', NOW)).toEqual(['it is not a readable PEM certificate']);
    expect(inspectAnchor(acme.pem + next.pem, NOW)).toEqual(['it holds 2 certificates, not one']);
    expect(inspectAnchor(acme.pem + ' '.repeat(16 * 1024), NOW)).toEqual(['it is 16 KB or larger']);
  });
});
