import { describe, expect, it } from 'vitest';
import { undo } from '../../../lambdas/undo.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { scene, scopeInput } from '../../steps/scene.ts';
import { fails, nothingCut, proven, rotating, rotation, run, waveOf } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { definition } = resolveDefinition(synthesized().templateOf('acme'));

describe('a compromised cut of an earlier run that nobody has confirmed, beside another emergency in its scope', () => {
  const leaked = { mode: 'emergency' as const, anchors: ['cert_globex0'], reason: 'leaked' };

  /** Returns the answer of Undo: there is a cut, and nothing of it is put back because it is compromised. */
  async function seen() {
    const set = await scene(
      [
        { id: 'cert_globex9', expires: 200 },
        { id: 'cert_globex0', expires: 200, in: ['proj_a'] },
        { id: 'cert_globex1', expires: 300 },
      ],
      ['billing', 'search'].map((name) => ({
        ...{ name, project: 'proj_a', running: { anchor: 'cert_globex0' } },
        staged: { anchor: 'cert_globex1' },
      })),
    );
    const cutAt = new Date((set.time.now - 86_400) * 1000).toISOString();
    const pair = { retiring: 'cert_globex9', successor: 'cert_globex1' };
    await set.journal.rememberCuts([{ scope: 'proj_a', ...pair, compromised: true, cutAt }]);
    await set.journal.rememberCompromised([{ anchorId: 'cert_globex9', reason: 'leaked', namedAt: cutAt }]);
    const planned = await set.plan('arn:run', leaked);
    // The client search does not answer.
    const halt = { Error: 'ProbeInconclusive', Cause: 'it was' };
    return undo(set.ports, { ...scopeInput('arn:run', planned), halt });
  }

  it('keeps nobody from being moved who is proven: nothing was put back (I17, rule 3)', async () => {
    const undone = await seen();
    expect(undone).toMatchObject({ anyCut: true, reactivated: [], left: ['cert_globex9'] });
    const plan = {
      ...rotation,
      atOnce: true,
      waves: [waveOf('everywhere', rotation.waves[0]?.scopes ?? [])],
    };
    const answers = rotating({
      Plan: () => plan,
      'Undo at once': () => undone,
      'Verify at once': fails('ProbeInconclusive'),
      'Prove the undo at once': proven,
    });
    const { stepsOf } = await run(definition, answers);
    expect(stepsOf('proj_a')).toContain('Promote who is proven at once');
  });
});

describe('a scope that halts by itself', () => {
  it('says that whoever it has proven could not be moved, as a wave does (I13)', async () => {
    const waves = [waveOf('everywhere', rotation.waves[0]?.scopes ?? [])];
    const { cause } = await run(
      definition,
      rotating({
        Plan: () => ({ ...rotation, atOnce: true, waves }),
        'Undo at once': nothingCut,
        'Verify at once': fails('ProbeInconclusive'),
        'Promote who is proven at once': fails('SecretUnavailable'),
      }),
    );
    expect(cause).toContain('SecretUnavailable');
  });
});

describe('a cut that stands, of which only the end of one old leaf could not be seen', () => {
  const plain = (scope: string) => ({ scope, successions: [], checks: [] });
  const thirty = Array.from({ length: 30 }, (_, i) => plain(`proj_${i}`));

  it.each([
    ['', {}],
    [
      ', though a client says nothing afterwards either',
      { 'Prove the undo': fails('ProbeInconclusive', 'proj_7') },
    ],
  ])(
    'is not taken for one that had to be undone%s: it keeps no later wave from its cut (rule 4)',
    async (_, more) => {
      const waves = [waveOf('projects', thirty), waveOf('organization', [plain('organization')])];
      const answers = rotating({
        Plan: () => ({ ...rotation, waves }),
        Confirm: fails('RevocationInconclusive', 'proj_7'),
        // After an error of KEEPS_THE_CUT nothing is put back.
        'Undo the cut': ({ plan }) => ({
          ...{ scope: plan?.scope, anyCut: true, anyBack: false, reactivated: [], left: ['cert_old'] },
          ...{ summary: 'nothing to put back, left deactivated: cert_old (the cut stands)', also: '' },
        }),
        ...more,
      });
      const { error, stepsOf } = await run(definition, answers);
      expect(error).toBe('RevocationInconclusive');
      expect(stepsOf('organization')).toContain('Deactivate retiring anchors');
    },
  );
});
