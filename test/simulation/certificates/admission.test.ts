import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createAdmission } from '../../../simulation/certificates/admission.ts';
import {
  createAuthority,
  crossSign,
  issueIntermediate,
  issueLeaf,
  type LeafCredential,
} from '../../../simulation/certificates/pki.ts';
import { presentedChain } from '../../../simulation/certificates/presented-chain.ts';
import type { AnchorChoice } from '../../../simulation/world/anchor-choice.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';

const NOW = 1_900_000_000;
const validity = { notBefore: NOW - 86_400, notAfter: NOW + 86_400_000 };
const admission = createAdmission();

const acme = createAuthority({ name: 'acme', ...validity });
const globex = createAuthority({ name: 'globex', ...validity });
/** Another certificate with the name and the key of acme. */
const renewed = createAuthority({ name: 'acme', keys: acme.keys, ...validity, notAfter: NOW + 9_000_000 });
const leaf = issueLeaf(acme, { commonName: 'billing', ...validity });
const vouchedFor = crossSign(globex, acme, validity);
const NOBODY = 'subject.common_name == "nobody"';
const [OWN, SHARED] = ['proj_a', 'organization'] as const;

type Active = { pem: string; in: 'proj_a' | 'organization'; filter?: string; expiresAt?: number };

/** Returns the verdict of a host on a chain. The anchors were activated in the order given. */
function verdict(
  anchors: readonly Active[],
  { certificateChain }: Pick<LeafCredential, 'certificateChain'>,
  choice?: AnchorChoice,
) {
  const organization = createOrganization({
    ...{ now: () => NOW, projects: [{ id: OWN, name: null }] },
    ...(choice !== undefined && { choice }),
  });
  anchors.forEach(({ in: scope, expiresAt = validity.notAfter, ...anchor }, i) => {
    organization.seed({ id: `cert_${i}`, name: null, createdAt: i, expiresAt, ...anchor }, [scope]);
  });
  const [own, ...others] = certificateChain
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter(Boolean)
    .map((pem) => new X509Certificate(pem));
  if (!own) throw new Error('a chain has a leaf');
  const trusted = organization.trusted(OWN);
  const answer = admission({ presented: presentedChain(own, others), trusted, now: NOW });
  return answer.kind === 'accepted' ? 'accepted' : answer.code;
}

const sending = (...pems: string[]) => ({ certificateChain: leaf.certificateChain + pems.join('') });
const NO_PATH = 'certificate_verification_failed';
const FILTERED = 'certificate_attribute_verification_failed';

describe('the order of verification (F7)', () => {
  test("a project's anchors come before the organization's, whichever was activated first", () => {
    const own = { pem: acme.pem, in: OWN };
    const shared = { pem: renewed.pem, in: SHARED };
    for (const choice of ['first', 'last', 1, 2] as const) {
      expect(verdict([{ ...shared, filter: NOBODY }, own], leaf, choice)).toBe('accepted');
      expect(verdict([shared, { ...own, filter: NOBODY }], leaf, choice)).toBe(FILTERED);
    }
  });

  test('the direct path comes before the chain, though the chain leads to the project and the direct path to the organization', () => {
    const direct = { pem: acme.pem, in: SHARED };
    const byChain = { pem: globex.pem, in: OWN };
    expect(verdict([{ ...direct, filter: NOBODY }, byChain], sending(vouchedFor))).toBe(FILTERED);
    expect(verdict([direct, { ...byChain, filter: NOBODY }], sending(vouchedFor))).toBe('accepted');
  });

  test('the chain is tried after an ordinary no-match', () => {
    expect(verdict([{ pem: globex.pem, in: OWN }], sending(vouchedFor))).toBe('accepted');
    expect(verdict([{ pem: globex.pem, in: OWN }], leaf)).toBe(NO_PATH);
    const deep = issueLeaf(issueIntermediate(acme, { name: 'issuing', ...validity }), {
      ...{ commonName: 'billing', ...validity },
    });
    expect(
      verdict(
        [
          { pem: globex.pem, in: OWN },
          { pem: acme.pem, in: SHARED },
        ],
        deep,
      ),
    ).toBe('accepted');
  });

  test('an anchor that issued the leaf and has expired fails the request, and the chain is not tried', () => {
    const over = { pem: acme.pem, in: OWN, expiresAt: NOW } as const;
    const byChain = { pem: globex.pem, in: OWN } as const;
    expect(verdict([over, byChain], sending(vouchedFor))).toBe(NO_PATH);
    expect(verdict([byChain], sending(vouchedFor))).toBe('accepted');
    expect(verdict([over, { pem: renewed.pem, in: SHARED }], leaf)).toBe('accepted');
  });

  test('a leaf that names an anchor which has not signed it fails, whatever it sends along', () => {
    const forged = issueLeaf(acme, { commonName: 'billing', ...validity, forged: true }).certificateChain;
    const anchors = [acme, globex].map(({ pem }) => ({ pem, in: OWN }));
    expect(verdict(anchors, { certificateChain: forged + vouchedFor })).toBe(NO_PATH);
  });

  test('a leaf without an AKI fails before any path is looked for', () => {
    const bare = issueLeaf(acme, { commonName: 'billing', ...validity, omitAki: true });
    expect(verdict([{ pem: acme.pem, in: OWN }], bare)).toBe('invalid_certificate');
  });

  test('of an upload of several PEMs only the first is an anchor', () => {
    expect(verdict([{ pem: acme.pem + globex.pem, in: OWN }], leaf)).toBe('accepted');
    expect(verdict([{ pem: globex.pem + acme.pem, in: OWN }], leaf)).toBe(NO_PATH);
    // The second PEM is no intermediate that a path may use either.
    expect(verdict([{ pem: globex.pem + vouchedFor, in: OWN }], leaf)).toBe(NO_PATH);
  });
});

describe('of several anchors of one key and name in a scope', () => {
  const anchors: readonly Active[] = [
    { pem: acme.pem, in: OWN, filter: NOBODY },
    { pem: renewed.pem, in: OWN },
  ];

  test('the host takes the first or the last that was activated, as it is told', () => {
    expect(verdict(anchors, leaf)).toBe(FILTERED);
    expect(verdict(anchors, leaf, 'first')).toBe(FILTERED);
    expect(verdict(anchors, leaf, 'last')).toBe('accepted');
  });

  test('or, by a number, always the same one, whichever was activated first', () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const one = verdict(anchors, leaf, seed);
      expect(verdict(anchors, leaf, seed)).toBe(one);
      seen.add(one);
    }
    expect(seen).toEqual(new Set([FILTERED, 'accepted']));
  });

  test('one that has expired is passed over for one that is valid', () => {
    const over = { ...anchors[1], expiresAt: NOW } as Active;
    for (const choice of ['first', 'last', 1, 2] as const)
      expect(verdict([over, { pem: acme.pem, in: OWN }], leaf, choice)).toBe('accepted');
  });
});
