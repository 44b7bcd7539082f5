import { beforeAll, describe, expect, test } from 'vitest';
import type { Flaws } from '../../../simulation/certificates/extensions.ts';
import { createAuthority, issueLeaf } from '../../../simulation/certificates/pki.ts';
import { ApiFault } from '../../../simulation/world/api-fault.ts';
import { createOrganization } from '../../../simulation/world/organization.ts';
import type { SimulatedOrganization } from '../../../simulation/world/simulated-organization.ts';

const NOW = 1_780_000_000;
const DAY = 86_400;
const validity = { notBefore: NOW - DAY, notAfter: NOW + 90 * DAY };

function organizationWith(...ids: string[]): SimulatedOrganization {
  const organization = createOrganization({
    now: () => NOW,
    projects: [
      { id: 'proj_a', name: 'A' },
      { id: 'proj_b', name: null },
    ],
  });
  ids.forEach((id, i) => {
    organization.seed({ id, name: null, createdAt: NOW + i, expiresAt: NOW + DAY, pem: null }, []);
  });
  return organization;
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `cert_${i}`);

function faultOf(run: () => unknown): Pick<ApiFault, 'status' | 'code' | 'param'> {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiFault) return { status: error.status, code: error.code, param: error.param };
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('toggles', () => {
  test('touch one scope only, and a project inherits what the organization trusts (F7)', () => {
    const organization = organizationWith('cert_own', 'cert_shared');
    organization.toggle('proj_a', 'activate', ['cert_own']);
    organization.toggle('organization', 'activate', ['cert_shared']);
    const trusted = (project: string) =>
      Object.values(organization.trusted(project)).map((anchors) => anchors.map(({ id }) => id));
    expect(trusted('proj_a')).toEqual([['cert_own'], ['cert_shared']]);
    expect(trusted('proj_b')).toEqual([[], ['cert_shared']]);
    expect(organization.isActive('proj_a', 'cert_shared')).toBe(false);
  });

  test('change nothing at all when one id is unknown', () => {
    const organization = organizationWith('cert_0');
    const fault = faultOf(() => organization.toggle('proj_a', 'activate', ['cert_0', 'cert_nope']));
    expect(fault).toEqual({ status: 400, code: null, param: 'certificate_ids' });
    expect(organization.isActive('proj_a', 'cert_0')).toBe(false);
    expect(organization.changes).toEqual([]);
  });

  test('take 1 to 10 anchors', () => {
    const organization = organizationWith(...many(11));
    expect(faultOf(() => organization.toggle('proj_a', 'activate', [])).status).toBe(400);
    expect(faultOf(() => organization.toggle('proj_a', 'activate', many(11))).status).toBe(400);
    expect(organization.toggle('proj_a', 'activate', many(10))).toHaveLength(10);
  });

  test('repeated, succeed and log no change', () => {
    const organization = organizationWith('cert_0');
    organization.toggle('proj_a', 'activate', ['cert_0', 'cert_0']);
    const again = organization.toggle('proj_a', 'activate', ['cert_0']);
    expect(again).toEqual([expect.objectContaining({ id: 'cert_0', active: true })]);
    expect(organization.changes).toEqual([
      { at: NOW, scope: 'proj_a', anchorId: 'cert_0', active: true, by: 'windlass', call: 0 },
    ]);
  });

  test('refuse an unknown project', () => {
    expect(faultOf(() => organizationWith('cert_0').toggle('proj_x', 'activate', ['cert_0'])).status).toBe(
      404,
    );
  });
});

describe('listing', () => {
  test('gives the newest first, page by page, to the end (F4)', () => {
    const organization = organizationWith(...many(5));
    const first = organization.list('proj_a', { limit: 3 });
    expect(first.data.map(({ id }) => id)).toEqual(['cert_4', 'cert_3', 'cert_2']);
    expect(first).toMatchObject({ first_id: 'cert_4', last_id: 'cert_2', has_more: true });
    const last = organization.list('proj_a', { limit: 3, after: 'cert_2' });
    expect(last.data.map(({ id }) => id)).toEqual(['cert_1', 'cert_0']);
    expect(last.has_more).toBe(false);
    expect(organization.list('proj_a', { order: 'asc' }).data[0]?.id).toBe('cert_0');
  });

  test.each([0, 101, 1.5, Number.NaN])('refuses the limit %s', (limit) => {
    expect(faultOf(() => organizationWith().list('organization', { limit }))).toMatchObject({
      status: 400,
      param: 'limit',
    });
  });

  test('leaves archived projects out unless asked', () => {
    const organization = createOrganization({
      now: () => NOW,
      projects: [
        { id: 'proj_a', name: null },
        { id: 'proj_old', name: null, archivedAt: NOW },
      ],
    });
    expect(organization.projects().data.map(({ id }) => id)).toEqual(['proj_a']);
    expect(organization.projects({ includeArchived: true }).data).toHaveLength(2);
  });
});

describe('deletion', () => {
  test('is refused while the anchor is active anywhere (F6)', () => {
    const organization = organizationWith('cert_0');
    organization.toggle('proj_b', 'activate', ['cert_0']);
    expect(faultOf(() => organization.remove('cert_0')).code).toBe('certificate_in_use');
    organization.toggle('proj_b', 'deactivate', ['cert_0']);
    organization.remove('cert_0');
    expect(faultOf(() => organization.retrieve('cert_0')).status).toBe(404);
  });
});

describe('upload', () => {
  let pem: string;
  beforeAll(async () => {
    pem = (await createAuthority({ name: 'acme', ...validity })).pem;
  });

  test('enforces nothing and reads the validity from the certificate (F1)', () => {
    const organization = organizationWith();
    const anchor = organization.upload({ certificate: pem, name: 'acme@1' });
    expect(anchor).toMatchObject({ validAt: NOW - DAY, expiresAt: NOW + 90 * DAY, name: 'acme@1' });
    expect(organization.trusted('proj_a')).toEqual({ project: [], organization: [] });
  });

  test('stops at 50 anchors', () => {
    const organization = organizationWith(...many(49));
    organization.upload({ certificate: pem });
    expect(faultOf(() => organization.upload({ certificate: pem })).status).toBe(400);
  });

  const flaws: [string, Flaws][] = [
    ['is not a CA', { notCa: true }],
    ['may not sign certificates', { omitKeyUsage: true }],
    ['has no SKI', { omitSki: true }],
    ['has no AKI', { omitAki: true }],
  ];
  test.each(flaws)('refuses a certificate that %s (F13)', async (_, flaw) => {
    const broken = await createAuthority({ name: 'acme', ...validity, ...flaw });
    expect(faultOf(() => organizationWith().upload({ certificate: broken.pem })).code).toBe(
      'mtls_certificate_invalid',
    );
  });

  test('takes several PEMs, of which the first is the anchor (F7)', () => {
    const next = createAuthority({ name: 'acme', ...validity, notAfter: NOW + 9 * DAY }).pem;
    const organization = organizationWith();
    expect(organization.upload({ certificate: pem + next })).toMatchObject({ expiresAt: NOW + 90 * DAY });
    expect(organization.upload({ certificate: next + pem })).toMatchObject({ expiresAt: NOW + 9 * DAY });
  });

  test('refuses what is no small PEM certificate', async () => {
    const leaf = await issueLeaf(await createAuthority({ name: 'acme', ...validity }), {
      commonName: 'c',
      ...validity,
    });
    const armoured = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    for (const certificate of [
      '',
      'x',
      armoured,
      `${pem}x`,
      leaf.privateKey + pem,
      leaf.privateKey,
      `${pem}${' '.repeat(16_384)}`,
    ])
      expect(faultOf(() => organizationWith().upload({ certificate })).code).toBe('mtls_certificate_invalid');
  });

  test('refuses a CA with no more than a day left', async () => {
    const short = await createAuthority({ name: 'acme', notBefore: NOW - DAY, notAfter: NOW + DAY });
    expect(faultOf(() => organizationWith().upload({ certificate: short.pem })).code).toBe(
      'expired_certificate',
    );
  });
});

test('logs every call, refused ones with their status', () => {
  const organization = organizationWith('cert_0');
  organization.list('proj_a');
  faultOf(() => organization.toggle('organization', 'deactivate', []));
  organization.logRefused({ op: 'projects', status: 401 });
  expect(organization.calls).toEqual([
    { at: NOW, op: 'list', scope: 'proj_a', status: 200 },
    { at: NOW, op: 'deactivate', scope: 'organization', anchorIds: [], status: 400 },
    { at: NOW, op: 'projects', status: 401 },
  ]);
});

test('lets each edge of a host hear of a toggle by itself, and has them answer in turn', () => {
  const time = { now: NOW };
  const projects = [{ id: 'proj_a', name: 'A' }];
  const organization = createOrganization({ now: () => time.now, projects, edges: 2 });
  organization.seed({ id: 'cert_0', name: null, createdAt: NOW, expiresAt: NOW + DAY, pem: null }, []);
  organization.delayBy((place) => (place.endsWith('edge 1') ? 60 : 0));
  organization.toggle('proj_a', 'activate', ['cert_0']);
  const answers = () => [1, 2, 3].map(() => organization.trusted('proj_a', 'https://host').project.length);
  expect(answers()).toEqual([1, 0, 1]);
  time.now += 60;
  expect(answers()).toEqual([1, 1, 1]);
});
