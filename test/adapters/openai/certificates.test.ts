import { describe, expect, test } from 'vitest';
import { openaiCertificates } from '../../../lambdas/adapters/openai/certificates.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import {
  ADMIN_KEY,
  type Answer,
  certificatesAnswering,
  listed,
  page,
  refusal,
  scriptedApi,
} from './scripted-api.ts';

const failure = async (work: Promise<unknown>): Promise<WindlassError> => {
  const error = await work.then(
    () => expect.fail('it should have failed'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(WindlassError);
  return error as WindlassError;
};

describe('listing a scope', () => {
  test('pages to the end with the admin key and the largest page', async () => {
    const { certificates, heard } = await certificatesAnswering(
      page([listed('cert_1'), listed('cert_2', { active: false })], true, 'cert_2'),
      page([listed('cert_3')]),
    );
    const anchors = await certificates.list(ORGANIZATION);
    expect(anchors.map(({ anchorId, active }) => [anchorId, active])).toEqual([
      ['cert_1', true],
      ['cert_2', false],
      ['cert_3', true],
    ]);
    expect(heard.map(({ url }) => url)).toEqual([
      '/v1/organization/certificates?limit=100',
      '/v1/organization/certificates?limit=100&after=cert_2',
    ]);
    expect(heard[0]?.authorization).toBe(`Bearer ${ADMIN_KEY}`);
  });

  test('asks a project for its own toggles', async () => {
    const { certificates, heard } = await certificatesAnswering(page([]));
    expect(await certificates.list('proj_a')).toEqual([]);
    expect(heard[0]?.url).toBe('/v1/organization/projects/proj_a/certificates?limit=100');
  });

  test('tolerates null names, unknown fields, other objects and a missing valid_at', async () => {
    const details = { expires_at: 1_800_000_000, new_field: {} };
    const odd = { name: null, object: 'certificate', certificate_details: details, more: [1] };
    const { certificates } = await certificatesAnswering(page([listed('cert_1', odd)]));
    expect(await certificates.list(ORGANIZATION)).toEqual([
      {
        anchorId: 'cert_1',
        name: null,
        createdAt: expect.any(Number),
        validAt: undefined,
        expiresAt: 1_800_000_000,
        active: true,
      },
    ]);
  });

  test.for<[string, Record<string, unknown>, RegExp]>([
    [
      'no expires_at',
      { certificate_details: { valid_at: 1 } },
      /has no .*expires_at, so nobody can say when/,
    ],
    ['a null expires_at', { certificate_details: { expires_at: null } }, /has no .*expires_at/],
    ['no details', { certificate_details: undefined }, /has no .*expires_at/],
    [
      'an expires_at of text',
      { certificate_details: { expires_at: '2026-11-01' } },
      /unreadable .*expires_at/,
    ],
    ['an expires_at of long ago', { certificate_details: { expires_at: -7e10 } }, /\(-70000000000\)/],
    ['an expires_at in milliseconds', { certificate_details: { expires_at: 1.8e12 } }, /\(1800000000000\)/],
    [
      'a valid_at that is none',
      { certificate_details: { valid_at: 'soon', expires_at: 1_800_000_000 } },
      /unreadable certificate_details.valid_at, so nobody can say since when/,
    ],
    ['an endless name', { name: 'n'.repeat(2_000) }, /unreadable name, so nobody can say which authority/],
    ['a name that is a number', { name: 7 }, /unreadable name/],
  ])(
    'lists an anchor with %s as one that is not relied on, and its neighbours as they are (I17)',
    async ([, extra, flaw]) => {
      const { certificates } = await certificatesAnswering(page([listed('cert_1'), listed('cert_2', extra)]));
      const [sound, flawed] = await certificates.list(ORGANIZATION);
      expect(sound).toMatchObject({ anchorId: 'cert_1', expiresAt: 1_800_000_000 });
      expect(sound).not.toHaveProperty('flaw');
      // Zero is in the past: an expiry that cannot be read never means "never".
      expect(flawed).toMatchObject({ anchorId: 'cert_2', expiresAt: 0, flaw: expect.stringMatching(flaw) });
    },
  );

  test('takes any integer as a time, and an unusual value where nothing is decided', async () => {
    const early = { certificate_details: { valid_at: -5, expires_at: 1_800_000_000 }, created_at: 'then' };
    const { certificates } = await certificatesAnswering(page([listed('cert_1', early)]));
    expect(await certificates.list(ORGANIZATION)).toMatchObject([{ validAt: -5, expiresAt: 1_800_000_000 }]);
  });

  test.for<[string, Answer]>([
    ['active is missing', page([listed('cert_1', { active: undefined })])],
    ['active is not a boolean', page([listed('cert_1', { active: 'true' })])],
    ['an id is missing', page([listed('')])],
    ['an id is no id', page([listed('cert 1\u001b[2J')])],
    ['an id is endless', page([listed('c'.repeat(300))])],
    ['an entry is null', page([null])],
    ['one anchor is active and inactive', page([listed('cert_1'), listed('cert_1', { active: false })])],
    ['one anchor has two names', page([listed('cert_1'), listed('cert_1', { name: 'globex@1' })])],
    [
      'one anchor becomes valid twice',
      page([
        listed('cert_1'),
        listed('cert_1', { certificate_details: { valid_at: 1, expires_at: 1_800_000_000 } }),
      ]),
    ],
    ['data is missing', { body: { object: 'list', has_more: false } }],
    ['data is an object', { body: { object: 'list', data: {}, has_more: false } }],
    ['has_more is missing', { body: { object: 'list', data: [] } }],
    [
      'has_more is text',
      { body: { object: 'list', data: [listed('cert_1')], last_id: 'cert_1', has_more: 'false' } },
    ],
    ['there is more but the page is empty', page([], true, 'cert_1')],
    ['there is more but no cursor', page([listed('cert_1')], true)],
    ['one page comes back for ever', page([listed('cert_1')], true, 'cert_1')],
    ['the body is an array', { body: [listed('cert_1')] }],
    ['the body is a number', { body: 7 }],
    ['the body is null', { body: null }],
    ['the body is empty', { body: '' }],
    ['the body is cut short', { body: JSON.stringify(page([listed('cert_1')]).body).slice(0, 80) }],
    ['the body is HTML', { body: '<html>Bad gateway</html>', headers: { 'content-type': 'text/html' } }],
    ['there is no body', (response) => response.writeHead(204).end()],
  ])('never guesses when %s', async ([, answer]) => {
    const { certificates } = await certificatesAnswering(answer);
    expect(await failure(certificates.list(ORGANIZATION))).toMatchObject({ name: 'UnreadableAnswer' });
  });

  test('keeps one of two equal entries', async () => {
    const { certificates } = await certificatesAnswering(page([listed('cert_1'), listed('cert_1')]));
    expect(await certificates.list(ORGANIZATION)).toHaveLength(1);
  });
});

test('projects are paged to the end, without the archived ones', async () => {
  const { certificates } = await certificatesAnswering(
    page(
      [
        { id: 'proj_a', name: 'A', status: 'active' },
        { id: 'proj_b', status: 'archived' },
      ],
      true,
      'proj_b',
    ),
    page([
      { id: 'proj_c', archived_at: 1_700_000_000 },
      { id: 'proj_d', name: null, archived_at: null },
    ]),
  );
  expect(await certificates.projects()).toEqual([
    { projectId: 'proj_a', name: 'A' },
    { projectId: 'proj_d', name: null },
  ]);
});

test('a project that is listed as archived and as not is neither', async () => {
  const { certificates } = await certificatesAnswering(
    page([{ id: 'proj_a' }, { id: 'proj_a', status: 'archived' }]),
  );
  expect(await failure(certificates.projects())).toMatchObject({
    name: 'UnreadableAnswer',
    message: expect.stringContaining('proj_a'),
  });
});

test('a project that has the organization’s name is not taken for it', async () => {
  const { certificates } = await certificatesAnswering(page([{ id: ORGANIZATION, name: 'A' }]));
  expect(await failure(certificates.projects())).toMatchObject({ name: 'UnreadableAnswer' });
});

describe('toggling', () => {
  const activation = { object: 'organization.project.certificate.activation', data: [listed('cert_1')] };

  test('sends one call with certificate_ids, and reads both shapes of answer without paging', async () => {
    const { certificates, heard } = await certificatesAnswering(
      { body: activation },
      page([listed('cert_1')], true, 'cert_1'),
    );
    await certificates.activate('proj_a', ['cert_1', 'cert_2']);
    await certificates.deactivate(ORGANIZATION, ['cert_1']);
    expect(heard.map(({ method, url, body }) => [method, url, JSON.parse(body)])).toEqual([
      [
        'POST',
        '/v1/organization/projects/proj_a/certificates/activate',
        { certificate_ids: ['cert_1', 'cert_2'] },
      ],
      ['POST', '/v1/organization/certificates/deactivate', { certificate_ids: ['cert_1'] }],
    ]);
  });

  test.for<[string, Answer]>([
    ['no data', { body: { object: 'list' } }],
    ['text', { body: 'done', headers: { 'content-type': 'text/plain' } }],
    ['nothing', (response) => response.writeHead(204).end()],
  ])('does not take %s for an answer', async ([, answer]) => {
    const { certificates } = await certificatesAnswering(answer);
    const error = await failure(certificates.activate('proj_a', ['cert_1']));
    expect(error.name).toBe('UnreadableAnswer');
  });
});

describe('reading an anchor', () => {
  const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  const retrieved = (id: string, content?: unknown) => ({
    body: { object: 'certificate', id, certificate_details: { content } },
  });

  test('asks for the content once in a container’s life', async () => {
    const { certificates, heard } = await certificatesAnswering(retrieved('cert_1', PEM));
    const both = await Promise.all([certificates.content('cert_1'), certificates.content('cert_1')]);
    expect(both).toEqual([PEM, PEM]);
    expect(heard.map(({ url }) => decodeURIComponent(url))).toEqual([
      '/v1/organization/certificates/cert_1?include[]=content',
    ]);
  });

  test('asks again after a failure', async () => {
    const { certificates } = await certificatesAnswering(
      refusal(500, null, 'oops'),
      retrieved('cert_1', PEM),
    );
    await failure(certificates.content('cert_1'));
    expect(await certificates.content('cert_1')).toBe(PEM);
  });

  test.for(['X509 CERTIFICATE', 'TRUSTED CERTIFICATE'])(
    'takes an upload labelled %s, as leaves are read (I9)',
    async (label) => {
      const labelled = PEM.replaceAll('CERTIFICATE', label);
      const { certificates } = await certificatesAnswering(retrieved('cert_1', labelled));
      expect(await certificates.content('cert_1')).toBe(labelled);
    },
  );

  test('takes an upload that begins with a byte order mark, as a leaf of the same text is read (I9)', async () => {
    const marked = `\uFEFF${PEM}`;
    const { certificates } = await certificatesAnswering(retrieved('cert_1', marked));
    expect(await certificates.content('cert_1')).toBe(marked);
  });

  test.for([
    ['without content', retrieved('cert_1')],
    ['with content that is no PEM', retrieved('cert_1', 'MIIB')],
    ['of another anchor', retrieved('cert_2', PEM)],
    ['with content that is endless', retrieved('cert_1', PEM.repeat(2_000))],
  ] as const)('refuses an answer %s', async ([, answer]) => {
    const { certificates } = await certificatesAnswering(answer);
    expect((await failure(certificates.content('cert_1'))).name).toBe('UnreadableAnswer');
  });
});

describe('refusals become names', () => {
  test.for([
    [401, 'invalid_api_key', 'AdminKeyRefused'],
    [403, null, 'AdminKeyRefused'],
    [404, null, 'UnknownProject'],
    [429, 'rate_limit_exceeded', 'RateLimited'],
    [500, null, 'ApiUnavailable'],
    [503, 'authentication_temporarily_unavailable', 'ApiUnavailable'],
    [400, 'mtls_certificate_invalid', 'ApiRefused'],
    [400, 'expired_certificate', 'ApiRefused'],
    [400, 'certificate_in_use', 'ApiRefused'],
  ] as const)('%d %s is %s, with the API’s code and words', async ([status, code, name]) => {
    const { certificates, url } = await certificatesAnswering(refusal(status, code, 'As the API says.'));
    const error = await failure(certificates.activate('proj_a', ['cert_1']));
    expect(error.name).toBe(name);
    for (const part of ['cert_1', 'proj_a', url, `${status}`, code ?? '', 'As the API says.'])
      expect(error.message).toContain(part);
    expect(error.cause).toMatchObject({ status });
  });

  test('a 404 names what was asked for', async () => {
    const { certificates } = await certificatesAnswering(
      refusal(404, null, 'No such thing.', 'certificate_ids'),
    );
    expect((await failure(certificates.content('cert_9'))).name).toBe('UnknownAnchor');
    expect((await failure(certificates.list('proj_z'))).name).toBe('UnknownAnchor');
    expect((await failure(certificates.deactivate(ORGANIZATION, ['cert_9']))).name).toBe('UnknownAnchor');
  });

  test('a 404 of a wrong base URL is no unknown project', async () => {
    const { certificates } = await certificatesAnswering(
      { status: 404, body: '<h1>Not found</h1>', headers: { 'content-type': 'text/html' } },
      refusal(404, 'unknown_url', 'Unknown request URL: GET /organization.'),
    );
    for (let i = 0; i < 2; i++) {
      const error = await failure(certificates.list('proj_a'));
      expect(error).toMatchObject({ name: 'ApiRefused', message: expect.stringContaining('base URL') });
    }
  });

  test.each([
    [
      'a page of a proxy',
      { status: 200, body: '<h1>Sign in</h1>', headers: { 'content-type': 'text/html' } },
      'UnreadableAnswer',
      'the answer is no JSON',
    ],
    [
      'a redirect',
      { status: 302, body: '', headers: { location: 'https://proxy.example/' } },
      'ApiRefused',
      'a redirect',
    ],
  ])('%s is told with the URL that was asked', async (_, answer, name, what) => {
    const { certificates, url } = await certificatesAnswering(answer);
    const error = await failure(certificates.list(ORGANIZATION));
    expect(error.name).toBe(name);
    for (const part of [url, what, 'is the base URL right?']) expect(error.message).toContain(part);
  });

  test.each([401, 403])('a page with status %d says nothing of the key, and is an outage', async (status) => {
    const { certificates, url } = await certificatesAnswering({
      ...{ status, body: '<h1>Forbidden by the proxy</h1>', headers: { 'content-type': 'text/html' } },
    });
    const error = await failure(certificates.list('proj_a'));
    expect(error.name).toBe('ApiUnavailable');
    expect(error.message).toContain(
      `${url}: ${status} without the API's own error (something in between has answered, such as a proxy: if it goes on, look there, and at the base URL)`,
    );
  });

  test('a refused key says where to look, and that a client certificate is wanted', async () => {
    const { certificates } = await certificatesAnswering(refusal(401, 'certificate_required', 'Required.'));
    const { message } = await failure(certificates.list(ORGANIZATION));
    expect(message).toContain('the admin secret acme/admin');
    expect(message).toContain('certificateChain and privateKey');
  });

  test.for<[string, Answer, string]>([
    ['resets the connection', (response) => response.destroy(), 'ApiUnavailable'],
    ['never answers', () => {}, 'ApiUnavailable'],
    [
      'stops in the middle of its answer',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{"data":['),
      'ApiUnavailable',
    ],
    [
      'drops the connection in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
        response.write('{"data":[', () => response.destroy());
      },
      'ApiUnavailable',
    ],
  ])('a host that %s is unavailable', async ([, answer, name]) => {
    const { certificates } = await certificatesAnswering(answer);
    expect((await failure(certificates.list(ORGANIZATION))).name).toBe(name);
  });

  test('a host that is not there is unavailable', async () => {
    const certificates = openaiCertificates({
      baseURL: 'http://127.0.0.1:9/v1',
      credential: async () => ({ apiKey: ADMIN_KEY }),
      maxRetries: 0,
    });
    const error = await failure(certificates.list(ORGANIZATION));
    expect(error.name).toBe('ApiUnavailable');
  });
});

test('waits as Retry-After says and tries again', async () => {
  const { url, heard } = await scriptedApi(
    { ...refusal(429, 'rate_limit_exceeded', 'Slow down.'), headers: { 'retry-after': '0' } },
    page([listed('cert_1')]),
  );
  const certificates = openaiCertificates({ baseURL: url, credential: async () => ({ apiKey: ADMIN_KEY }) });
  expect(await certificates.list(ORGANIZATION)).toHaveLength(1);
  expect(heard).toHaveLength(2);
});

describe('a refused key', () => {
  const rotating = (...keys: string[]) => {
    const asked: boolean[] = [];
    const credential = async ({ fresh } = { fresh: false }) => {
      asked.push(fresh);
      return { apiKey: keys[Math.min(asked.length, keys.length) - 1] ?? '' };
    };
    return { asked, credential };
  };

  test('is read again once, since it may have been rotated', async () => {
    const { url, heard } = await scriptedApi(refusal(401, 'invalid_api_key', 'No.'), page([]));
    const { asked, credential } = rotating('sk-admin-old', 'sk-admin-new');
    expect(await openaiCertificates({ baseURL: url, credential }).list(ORGANIZATION)).toEqual([]);
    expect(asked).toEqual([false, true]);
    expect(heard.map(({ authorization }) => authorization)).toEqual([
      'Bearer sk-admin-old',
      'Bearer sk-admin-new',
    ]);
  });

  test('is refused for good when it has not changed', async () => {
    const { url, heard } = await scriptedApi(refusal(401, 'invalid_api_key', 'No.'));
    const { credential } = rotating('sk-admin-old');
    const error = await failure(openaiCertificates({ baseURL: url, credential }).list(ORGANIZATION));
    expect(error.name).toBe('AdminKeyRefused');
    expect(heard).toHaveLength(1);
  });
});

test('no key, bearer or PEM comes back in an error, whatever the API echoes', async () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMIIEvQRecognizable\n-----END PRIVATE KEY-----';
  const echo = `Incorrect key ${ADMIN_KEY} (Bearer ${ADMIN_KEY}) with ${pem} and ${Buffer.from(pem.repeat(3)).toString('base64')}`;
  for (const status of [400, 401, 404, 429, 500]) {
    const { certificates } = await certificatesAnswering(refusal(status, ADMIN_KEY, echo));
    const error = await failure(certificates.list('proj_a'));
    const everything = JSON.stringify([error.message, error.cause, error.stack, { ...error }]);
    expect(everything).not.toMatch(/Recognizable|MIIE|UFJJVkFURSBLRVk|PRIVATE KEY/);
  }
});

test('F18: sends nobody to the role of a key for a 403 that speaks of the country', async () => {
  const { certificates } = await certificatesAnswering(
    refusal(403, 'unsupported_country_region_territory', 'Country, region, or territory not supported'),
  );
  const error = await certificates.list(ORGANIZATION).catch((failure: Error) => failure);
  expect(String(error)).toContain('the API takes no calls from where this runs');
});
