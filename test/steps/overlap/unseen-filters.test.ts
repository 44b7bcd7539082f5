import { expect, it } from 'vitest';
import { onAcme } from '../saying.ts';
import { type SceneAnchor, type SceneClient, scene } from '../scene.ts';

const FILTER = 'subject.common_name == "billing"';
const anchorsIn = (...scopes: string[]): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: scopes, filter: FILTER },
  { id: 'cert_acme1', expires: 300 },
];
const intruder = (anchor: string, project = 'proj_b'): SceneClient => ({
  ...{ name: 'intruder', project, running: { anchor } },
});

it.each([
  ['filters are unseen', []],
  ['filters are seen by its witnesses alone', [intruder('cert_acme1')]],
])('F16: where a scope goes by the listing alone, the plan says that %s', async (said, witnesses) => {
  const set = await scene(anchorsIn('proj_b'), [], { witnesses });
  const plan = await set.plan('one', { mode: 'scheduled' }, { listingScopes: ['proj_b'] });
  expect(plan.decision).toBe('rotate');
  expect(plan.warnings).toEqual([`proj_b is rotated on the listing alone: nobody probes it, so ${said}`]);
});

it.each(['cert_acme0', 'cert_acme1'])(
  'F16: a witness that no scope of the rotation asks about is told, whatever generation it holds (%s)',
  async (held) => {
    const set = await scene(anchorsIn('proj_a'), [onAcme('billing', 'proj_a')], {
      witnesses: [intruder(held)],
    });
    const plan = await set.plan('one');
    expect(plan.blocked).toEqual([]);
    expect(plan.warnings).toEqual([
      expect.stringMatching(
        /^nobody looks whether cert_acme1 keeps out intruder \(proj_b\).*cert_acme0 is active in no scope of theirs/,
      ),
    ]);
  },
);

/**
 * Two generations of one line end, with one successor for both. The second is active in `second`, by default
 * another project.
 */
const ending = (second = 'proj_b') => {
  const moving = (name: string, anchor: string, project: string): SceneClient => ({
    ...{ name, project, running: { anchor }, staged: { anchor: 'cert_acme2' } },
  });
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 25, in: [second] },
    { id: 'cert_acme2', expires: 300, filter: FILTER },
  ];
  const clients = [moving('billing', 'cert_acme0', 'proj_a'), moving('shop', 'cert_acme1', second)];
  return scene(anchors, clients, { witnesses: [intruder('cert_acme2')] });
};

it.each([
  ['with a proof', []],
  ['by the listing', ['proj_b']],
])(
  'F16: nothing is said of a witness that another succession to the same successor asks about, %s',
  async (_, listingScopes) => {
    const plan = await (await ending()).plan('one', { mode: 'scheduled' }, { listingScopes });
    expect(plan.successions).toHaveLength(2);
    expect(plan.waves.flatMap(({ scopes }) => scopes.flatMap(({ witnesses }) => witnesses ?? []))).toEqual([
      expect.objectContaining({ client: 'intruder', successor: 'cert_acme2' }),
    ]);
    expect(plan.warnings ?? []).toEqual([]);
  },
);

it('F16: a witness that none of the successions to one successor asks about is told once, with what to do', async () => {
  const plan = await (await ending('proj_a')).plan('one');
  expect(plan.successions).toHaveLength(2);
  expect(plan.warnings).toEqual([
    "nobody looks whether cert_acme2 keeps out intruder (proj_b), which it has to refuse: cert_acme1, cert_acme0 are active in no scope of theirs. Give each witness an API key of a project where one of them is active, and that project's id",
  ]);
});

it.each<[string, SceneAnchor[], SceneClient]>([
  ['its own project asks', anchorsIn('proj_a'), intruder('cert_acme1', 'proj_a')],
  ['the organization asks', anchorsIn('organization'), intruder('cert_acme1')],
  [
    'an earlier run has asked',
    anchorsIn('proj_a').map((one) => (one.id === 'cert_acme1' ? { ...one, in: ['proj_b'] } : one)),
    intruder('cert_acme1'),
  ],
  [
    'it is of another authority',
    [...anchorsIn('proj_a'), { id: 'cert_keel0', expires: 300, in: ['proj_b'] }],
    intruder('cert_keel0'),
  ],
])('F16: nothing is said of a witness where %s', async (_, anchors, witness) => {
  const set = await scene(anchors, [onAcme('billing', 'proj_a')], { witnesses: [witness] });
  expect((await set.plan('one')).warnings ?? []).toEqual([]);
});
