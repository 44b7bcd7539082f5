import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { judgeWave } from '../../../lambdas/domain/cut/wave-judgement.ts';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { promote } from '../../../lambdas/promote.ts';
import { release } from '../../../lambdas/release.ts';
import { restore } from '../../../lambdas/restore.ts';
import { undo } from '../../../lambdas/undo.ts';
import { verify } from '../../../lambdas/verify.ts';
import type { Ports } from '../../../simulation/in-process/ports.ts';
import { onAcme, overlap, refusing } from '../saying.ts';
import { DAY, HOST, type Scene, scene, scopeInput } from '../scene.ts';

/**
 * Runs the overlap of one run wave by wave, as the machine does, and the end of the run where a wave halts.
 */
async function overlapOf(set: Scene, ports: Ports, id: string): Promise<void> {
  const plan = await set.plan(id, { mode: 'scheduled' }, {}, ports);
  const execution = { id, startedAt: plan.plannedAt };
  for (const { name: wave, scopes } of plan.waves) {
    const verdicts: ScopeVerdict[] = [];
    for (const { scope } of scopes) {
      const input = scopeInput(id, plan, scope);
      const verdict = await activate(ports, input)
        .then(() => verify(ports, overlap(input)))
        .then(({ provenAt }): ScopeVerdict => {
          return { scope, verdict: 'proven', error: '', cause: '', provenAt };
        })
        .catch(async ({ name: error, message: cause }): Promise<ScopeVerdict> => {
          await undo(ports, { ...input, halt: { Error: error, Cause: cause } });
          return { scope, verdict: 'halted', error, cause };
        });
      await set.verdicts.leave({ execution, phase: 'overlap' }, verdict);
      verdicts.push(verdict);
    }
    const names = scopes.map(({ scope }) => scope);
    const { halt } = judgeWave(names, verdicts, {
      ...{ tolerant: true, isOverlap: true, isCanary: wave === 'canary' },
    });
    if (!halt) continue;
    await promote(ports, { execution, plan, halt });
    await restore(ports, { execution, plan });
    await release(ports, { execution, request: {}, plan, halt });
    break;
  }
  set.running.delete(id);
}

it('I17: one project for which the API refuses the activation keeps no successor from the organization until everybody is locked out', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 25, in: ['proj_a', 'proj_b', 'organization'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
  );
  const ports = { ...refusing(set, (scope) => scope === 'proj_a'), hosts: [HOST] };
  // A run every day until the old anchor expires. A client that gets in by the organization needs the
  // successor there by then.
  for (let day = 0; day < 25 && !set.activeIn('organization').includes('cert_acme1'); day++) {
    await overlapOf(set, ports, `day-${day}`);
    set.time.now += DAY;
  }
  expect(set.activeIn('organization')).toContain('cert_acme1');
});
