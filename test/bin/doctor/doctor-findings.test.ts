import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEntry } from '../../../bin/doctor/configuration.ts';
import type { Diagnosis } from '../../../bin/doctor/examine.ts';
import { type Finding, troubleWith } from '../../../bin/doctor/finding.ts';
import { examineNames } from '../../../bin/doctor/names.ts';
import { renderDiagnosis } from '../../../bin/doctor/report.ts';
import { differences } from '../../../bin/doctor/version.ts';
import type { ListedAnchor } from '../../../lambdas/domain/anchor.ts';
import { type ErrorName, WindlassError } from '../../../lambdas/domain/errors.ts';
import { parseConfiguration } from '../../../lib/config.ts';
import { scratch } from '../run.ts';

const now = 1_793_610_000;
const entry = (policy: object = {}) => ({ adminSecret: 'acme/admin', clients: [], policy });
const acme = (policy: object = {}) => {
  const { organizations } = parseConfiguration({ organizations: { acme: entry(policy) } });
  if (!organizations.acme) throw new Error('there is no such entry');
  return organizations.acme;
};
const anchor = (anchorId: string, name: string | null, more: Partial<ListedAnchor> = {}): ListedAnchor => ({
  ...{ anchorId, name, expiresAt: now + 86_400, active: true },
  ...more,
});
const seen = (findings: readonly Finding[]) => findings.map((one) => `${one.severity}: ${one.seen}`);

describe("anchors' names", () => {
  it('are well where each has an authority and a generation', () => {
    const anchors = [anchor('cert_a', 'acme@2025'), anchor('cert_b', 'acme@2026')];
    expect(seen(examineNames(anchors, [], acme(), now))).toEqual([
      'ok: 2 anchors named authority@generation',
    ]);
  });

  it.each<[string, ListedAnchor[], RegExp]>([
    [
      'say nothing',
      [anchor('cert_a', null), anchor('cert_b', '  ')],
      /^warning: no authority in the name of cert_a, cert_b/,
    ],
    ['have no generation', [anchor('cert_a', 'acme')], /^warning: no generation in the name of cert_a/],
    [
      'differ only by case',
      [anchor('cert_a', 'acme@1'), anchor('cert_b', 'Acme@2')],
      /^warning: "acme" and "Acme" differ only/,
    ],
    [
      'differ only by what nobody sees',
      [anchor('cert_a', 'acme@1'), anchor('cert_b', 'ac\u200bme@2')],
      /^warning: "acme" and "ac\\u200bme" differ only/,
    ],
    [
      'cannot be read',
      [anchor('cert_a', null, { flaw: 'has no name that can be read' })],
      /^failed: has no name/,
    ],
  ])('are told where they %s', (_, anchors, said) => {
    expect(seen(examineNames(anchors, [], acme(), now))).toEqual([expect.stringMatching(said)]);
  });

  it('that the configuration has and nothing else has are told as well', () => {
    const findings = examineNames([anchor('cert_a', 'acme@1')], [], acme({ hold: ['cert_gone'] }), now);
    expect(seen(findings)).toEqual([
      expect.stringMatching(/^ok/),
      expect.stringMatching(/^warning: no such anchor in the organization: policy\.hold\.0: cert_gone/),
    ]);
  });
});

describe("a policy's times", () => {
  const timing = async (policy: object) => {
    const file = join(await scratch(), 'cdk.json');
    await writeFile(
      file,
      JSON.stringify({ context: { windlass: { organizations: { acme: entry(policy) } } } }),
    );
    return seen((await readEntry(undefined, file)).findings.filter(({ check }) => check === 'policy'));
  };

  it.each<[object, RegExp[]]>([
    [{}, [/^ok: due P30D before it expires, .*: 21 days to get ready$/]],
    [{ leadTime: 'P9DT1H' }, [/^warning: due P9DT1H .*: 1 hour to get ready$/]],
    [{ soak: 'PT30M' }, [/^ok/, /^warning: policy\.soak PT30M leaves clients no time/]],
  ])('%j', async (policy, said) => {
    expect(await timing(policy)).toEqual(said.map((one) => expect.stringMatching(one)));
  });
});

describe('what kept a check from being made', () => {
  const about = { check: 'admin secret' as const, subject: 's' };

  it.each<[ErrorName, string, Finding['severity']]>([
    ['SecretInvalid', 'secret s at AWSCURRENT: not JSON text', 'failed'],
    ['SecretUnavailable', 'secret s: TimeoutError: no answer', 'unchecked'],
    ['AwsRefused', 'secret s: AccessDeniedException: not authorized', 'unchecked'],
    ['InvalidConfiguration', 'secret s: ValidationException: no name', 'failed'],
    ['InvalidInput', 'cannot synthesize beside cdk.json: permission denied', 'unchecked'],
    ['AwsRefused', 'the table: AccessDeniedException: not authorized', 'unchecked'],
  ])('%s (%s) is %s', async (name, message, severity) => {
    expect(await troubleWith(about, new WindlassError(name, message), 'Mend it.')).toMatchObject({
      severity,
    });
  });

  it.each([
    new WindlassError('SecretUnavailable', 'secret acme/admin: getaddrinfo ENOTFOUND secretsmanager.x'),
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' }),
  ])('sends nobody for a permission where nobody answered: %s', async (error) => {
    const { remedy } = await troubleWith(about, error, 'Use credentials that may read it.');
    expect(remedy).toContain('look at the region');
  });

  it('holds no key, whoever said it', async () => {
    const { seen } = await troubleWith(
      about,
      new Error('the header "Bearer sk-admin-0123456789" is wrong'),
      '',
    );
    expect(seen).not.toContain('0123456789');
  });
});

describe('two templates', () => {
  const of = (Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>) => ({
    Resources,
  });

  it('are alike whatever the CDK notes about itself', () => {
    const resource = { Type: 'AWS::SNS::Topic', Properties: { A: { b: 1, c: 2 } } };
    const noted = { ...resource, Properties: { A: { c: 2, b: 1 } }, Metadata: { 'aws:cdk:path': 'x' } };
    expect(
      differences(of({ T: noted, CDKMetadata: { Type: 'AWS::CDK::Metadata' } }), of({ T: resource })),
    ).toEqual([]);
  });

  it('differ by what is added, gone or changed, each by its name', () => {
    const was = { A: { Type: 'T', Properties: { x: 1, y: 2 } }, B: { Type: 'T' } };
    const is = { A: { Type: 'T', Properties: { x: 1, y: 3 } }, C: { Type: 'T' } };
    expect(differences(of(was), of(is))).toEqual(['A (y)', 'B (not here)', 'C (not deployed)']);
  });
});

it('shows everything that is not well, and of hundreds that are well the first few', () => {
  const well = Array.from({ length: 300 }, (_, i): Finding => {
    const about = { check: 'client secret' as const, subject: `client-${i}` };
    return { ...about, severity: 'ok', seen: 'its leaf loads', remedy: null };
  });
  const ill = well
    .slice(0, 7)
    .map((one): Finding => ({ ...one, severity: 'failed', seen: 'broken', remedy: 'Mend it.' }));
  const counts = { ok: 300, warning: 0, failed: 7, unchecked: 0 };
  const diagnosis: Diagnosis = {
    ...{ at: '2026-11-02T09:00:00.000Z', organization: 'acme', verdict: 'failed' },
    ...{ counts, findings: [...well, ...ill] },
  };
  const shown = renderDiagnosis(diagnosis);
  expect(shown.match(/→ Mend it\./g)).toHaveLength(7);
  expect(shown).toContain('and 296 more');
  const words = shown.replaceAll(/[│\s]+/g, ' ');
  expect(words).toMatch(/well too: client-4, client-5, .*and 276 more; --json names them all/);
  expect(shown.match(/✓ ok/g)).toHaveLength(5);
});
