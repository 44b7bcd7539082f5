import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { type Scene, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';

const NOBODY = 'subject.common_name == "nobody"';

/** Runs the overlap of proj_a as the machine does, with the undo of its halt. */
async function halted(set: Scene, { isInShards = false } = {}) {
  const planned = await set.plan('one');
  expect(planned.successions.map(({ retiring }) => retiring).toSorted()).toEqual([
    'cert_acme0',
    'cert_keel0',
  ]);
  const input = scopeInput('one', planned);
  const activation = await activate(set.ports, input);
  const halt = await verify(set.ports, { ...input, moment: 'overlap' }).then(
    () => ({ Error: '', Cause: '' }),
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  // The sum of all shards, where there are several.
  const end = { anyHalted: true, halt };
  const told = {
    scope: 'proj_a',
    provenAt: planned.plannedAt,
    evidence: 'probe' as const,
    probes: 0,
    ...end,
  };
  await undo(set.ports, { ...input, activation, halt, ...(isInShards && { verification: told }) });
  return halt;
}

const anchors = (acme1: object, keel1: object): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
  { id: 'cert_acme1', expires: 300, ...acme1 },
  { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
  { id: 'cert_keel1', expires: 300, ...keel1 },
];
const onAcme: SceneClient = {
  ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
  staged: { anchor: 'cert_acme1' },
};
const onKeel: SceneClient = {
  ...{ name: 'stock', project: 'proj_a', running: { anchor: 'cert_keel0' } },
  staged: { anchor: 'cert_keel1' },
};

describe('a successor that did nothing wrong', () => {
  it("I17: a renewal is not taken back, and does not wait for a person, for another authority's refusal", async () => {
    const set = await scene(anchors({ filter: NOBODY }, { renewedFrom: 'cert_keel0' }), [onAcme, onKeel]);
    expect(await halted(set)).toMatchObject({
      Error: 'SuccessorRefused',
      Cause: expect.stringContaining('cert_acme1'),
    });
    const marks = (await set.journal.begun()).filter(({ takenBackAt }) => takenBackAt);
    expect({ active: set.activeIn('proj_a'), marks }).toEqual({
      active: ['cert_acme0', 'cert_acme1', 'cert_keel0', 'cert_keel1'],
      marks: [],
    });
  });

  it.each([
    ['', false],
    [', also where the scope was looked at in shards', true],
  ])(
    "I17: one that keeps its witness out is not taken back for another authority's stranger%s",
    async (_, isInShards) => {
      const witnesses: SceneClient[] = [
        { name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1' } },
        { name: 'stranger', project: 'proj_a', running: { anchor: 'cert_keel1' } },
      ];
      const filter = 'subject.common_name == "stock"';
      const set = await scene(anchors({}, { filter }), [onAcme, onKeel], { witnesses });
      expect(await halted(set, { isInShards })).toMatchObject({
        Error: 'TrustWidened',
        Cause: expect.stringContaining('intruder'),
      });
      const marks = (await set.journal.begun()).filter(({ takenBackAt }) => takenBackAt);
      expect(marks).toMatchObject([{ retiring: 'cert_acme0' }]);
      expect(set.activeIn('proj_a')).toContain('cert_keel1');
    },
  );
});
