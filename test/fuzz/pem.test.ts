import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../lambdas/adapters/x509/fingerprint.ts';
import { keyIdOf, keyIdsAbove } from '../../lambdas/adapters/x509/key-ids.ts';
import { inspectLeaf } from '../../lambdas/adapters/x509/leaf.ts';
import { inspectAnchor } from '../../lambdas/adapters/x509/trust-anchor.ts';
import { createAuthority, issueIntermediate, issueLeaf } from '../../simulation/certificates/pki.ts';
import { damagedText } from './damaged.ts';

const NOW = 1_790_000_000;
const DAY = 86_400;
const valid = { notBefore: NOW - 30 * DAY, notAfter: NOW + 30 * DAY };
const root = await createAuthority({ name: 'acme-root', ...valid });
const below = await issueIntermediate(root, { name: 'acme issuing', ...valid });
const leaf = await issueLeaf(below, { commonName: 'ingest', ...valid });
const anchors = [{ anchorId: 'cert_1', pem: root.pem }];

const block = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${(der.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;

/** A PEM whose certificate has a few bytes changed. It is often still DER, but not the same certificate. */
const corrupted = (pem: string): fc.Arbitrary<string> => {
  const der = new X509Certificate(pem).raw;
  const change = fc.tuple(
    fc.nat(der.length - 1),
    fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7f, 0x80, 0x84, 0xff)),
  );
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const copy = Buffer.from(der);
    for (const [at, byte] of changes) copy[at] = byte;
    return block(copy);
  });
};

const first = `${leaf.certificateChain.slice(0, leaf.certificateChain.indexOf('-----END'))}-----END CERTIFICATE-----\n`;
const chains = fc.oneof(
  { weight: 4, arbitrary: corrupted(first).map((pem) => pem + below.pem) },
  { weight: 2, arbitrary: corrupted(below.pem).map((pem) => first + pem) },
  damagedText(leaf.certificateChain),
  fc
    .shuffledSubarray([first, below.pem, root.pem, leaf.privateKey, block(Buffer.from('nothing'))])
    .map((parts) => parts.join('')),
);
const keys = fc.oneof(fc.constant(leaf.privateKey), damagedText(leaf.privateKey));
const pems = fc.oneof({ weight: 3, arbitrary: corrupted(root.pem) }, damagedText(root.pem));
const isSound = (pem: string): boolean => pem === leaf.certificateChain;

test('any chain and key are looked at without a throw, and only what the anchor signed chains to it', () => {
  fc.assert(
    fc.property(chains, keys, (certificateChain, privateKey) => {
      const facts = inspectLeaf({ certificateChain, privateKey }, anchors, NOW);
      expect(facts.fingerprint).toBe(fingerprintOf(certificateChain));
      keyIdsAbove(certificateChain);
      for (const problem of facts.problems) expect(problem).not.toMatch(/BEGIN|[A-Za-z0-9+/]{40}/);
      // Each changed byte is covered by a signature. So such a leaf leads to no anchor, or it is one of ours.
      if (facts.chainsTo.length > 0 && facts.problems.length === 0 && !isSound(certificateChain))
        expect([first, below.pem, root.pem].some((pem) => certificateChain.includes(pem))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('any anchor is looked at without a throw, whoever compares a leaf with it', () => {
  fc.assert(
    fc.property(pems, (pem) => {
      const problems = inspectAnchor(pem, NOW);
      expect(problems.join()).not.toMatch(/BEGIN|[A-Za-z0-9+/]{40}/);
      keyIdOf(pem);
      inspectLeaf(leaf, [{ anchorId: 'cert_2', pem }], NOW);
    }),
    { numRuns: 1_000 },
  );
});

test('a leaf whose dates nobody can read is not taken for a valid one', () => {
  const der = new X509Certificate(first).raw;
  // UTCTime is YYMMDDhhmmssZ. A month of 99 is no date.
  for (const at of [...der.keys()].filter((i) => der[i] === 0x17 && der[i + 1] === 13)) {
    const copy = Buffer.from(der);
    copy.write('99', at + 4, 'latin1');
    const facts = inspectLeaf(
      { certificateChain: block(copy) + below.pem, privateKey: leaf.privateKey },
      anchors,
      NOW,
    );
    expect(facts.problems.join()).toMatch(/dates|expired|not valid before|not a readable/);
  }
});

test('many beginnings without an end are read soon', () => {
  const endless = '-----BEGIN CERTIFICATE-----\n'.repeat(2_300);
  expect(inspectLeaf({ certificateChain: endless, privateKey: endless }, anchors, NOW).problems).not.toEqual(
    [],
  );
});
