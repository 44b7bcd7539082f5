import { expect, it } from 'vitest';
import { scrubbedRequest } from '../../../lambdas/adapters/scrub.ts';
import { badFields } from '../../../lambdas/domain/bad-fields.ts';
import { requestSchema } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import { scene } from '../scene.ts';

const KEY = 'sk-proj-9fQ2xLw7Zt4Vb1Nc8Rk3Yp6Hs0Jd5Mg';
const fire = { mode: 'emergency' as const, anchors: ['cert_acme0'], reason: 'its key leaked' };
const LINE = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj';

it.each([
  ['anchors.0', { anchors: [KEY] }],
  ['anchors.1', { anchors: ['cert_acme0', LINE] }],
  ['leaveBehind.0', { leaveBehind: ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0'] }],
  ['onListing.0', { onListing: ['-----BEGIN PRIVATE KEY-----'] }],
])(
  'I14: a key that somebody has pasted in the place of %s stands in no error and in no line of the trail',
  async (path, pasted) => {
    const set = await scene();
    const request = { ...fire, ...pasted };
    const { error } = requestSchema.safeParse(request);
    if (!error) throw new Error('it was taken for an id');
    const Cause = badFields(error, 'request');
    expect(Cause).toContain(`${path}: looks like a key`);
    const execution = { id: 'fire', startedAt: new Date(set.time.now * 1000).toISOString() };
    await release(set.ports, { execution, request, halt: { Error: 'InvalidRequest', Cause } });
    const told = [Cause, ...set.entries().map((entry) => JSON.stringify(entry))].join('\n');
    for (const secret of Object.values(pasted).flat())
      if (secret !== 'cert_acme0') expect(told).not.toContain(secret);
  },
);

it.each([
  { anchors: ['cert_67ac0f9f2ba4819194ac4be4f0fd8a37'] },
  { leaveBehind: ['sk-bratislava-Billing2-service', 'task-sk-runner'] },
  { onListing: ['proj_Qx7ZtVb1Nc8Rk3Yp6Hs0Jd5M', 'organization'] },
])('I16: %j is no key, and no emergency is refused for it', (names) => {
  expect(requestSchema.safeParse({ ...fire, ...names }).success).toBe(true);
});

it('I14: nor does the trail say a key that stands for who started a run', () => {
  expect(scrubbedRequest({ ...fire, startedBy: `ada ${KEY}` })).toMatchObject({ startedBy: '[key]' });
  expect(scrubbedRequest({ ...fire, startedBy: 'ada@laptop' })).toMatchObject({ startedBy: 'ada@laptop' });
});
