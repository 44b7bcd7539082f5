import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { promote } from '../../../lambdas/promote.ts';
import { undo } from '../../../lambdas/undo.ts';
import { leftBlocked } from '../left-blocked.ts';
import { DAY, HOST, scopeInput } from '../scene.ts';

/**
 * An emergency was blocked, because globex's client had no leaf to move to. Acme's run has served its soak
 * and is about to cut.
 */
async function beforeTheCut() {
  const set = await leftBlocked({ expires: 20 });
  const plan = await set.plan('acme');
  const input = scopeInput('acme', plan);
  const { execution } = input;
  const ports = { ...set.ports, hosts: [HOST] };
  await activate(ports, input);
  const proven = {
    scope: 'proj_a',
    verdict: 'proven' as const,
    error: '',
    cause: '',
    provenAt: plan.plannedAt,
  };
  await set.verdicts.leave({ execution, phase: 'overlap' }, proven);
  await promote(ports, { execution, plan, verification: [{ anyHalted: false, provenAt: plan.plannedAt }] });
  set.time.now += 8 * DAY;
  return { ...set, ports, input };
}

const globex = { atOnce: true, successions: [{ retiring: 'cert_globex0' }] };

describe('a look while a rotation cuts', () => {
  it('I16, I18: takes over hours after a cut that stands and that nobody could confirm, while later waves go on', async () => {
    const set = await beforeTheCut();
    const deactivation = await deactivate(set.ports, set.input);
    // The host does not say that the old leaf is refused. So the scope halts and its cut stands. Hundreds of
    // other scopes follow.
    const halt = { Error: 'RevocationInconclusive', Cause: 'the host answered 503' };
    expect(await undo(set.ports, { ...set.input, deactivation, halt })).toMatchObject({ anyBack: false });
    await set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
    set.time.now += 6 * 3_600;
    expect(await set.plan('look')).toMatchObject(globex);
  });

  it('I10, I16: lets a cut be confirmed first, and takes over from a run that has gone on cutting for an hour', async () => {
    const set = await beforeTheCut();
    await deactivate(set.ports, set.input);
    await set.stage('search', 'AWSPENDING', { anchor: 'cert_globex1' });
    set.time.now += 120;
    expect(await set.plan('look')).toMatchObject({ decision: 'busy' });
    // At any time some cut of the run is unconfirmed, because each of thousands of scopes waits for its
    // hosts.
    set.time.now += 3_600;
    const pair = { retiring: 'cert_acme0', successor: 'cert_acme1', compromised: false };
    await set.journal.rememberCuts([{ ...pair, scope: 'proj_z', cutAt: instant(set.time.now - 60) }]);
    expect(await set.plan('next look')).toMatchObject({ decision: 'rotate' });
  });
});
