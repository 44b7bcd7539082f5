import { expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { isIn, saying } from '../../saying.ts';
import { DAY, scopeInput } from '../../scene.ts';
import { searchRefused } from './search-refused.ts';

const REFUSED = { kind: 'refused', code: 'certificate_verification_failed' } as never;

it.each(['in all the time', 'outside beforehand, and in again by the cut'])(
  'I10: an undo that the host has not heard of is not proven without a client that was %s',
  async (how) => {
    const { set, ports: base } = await searchRefused('first');
    const early = how.startsWith('outside')
      ? { ...base, probe: saying(base.probe, () => ({ search: REFUSED })) }
      : base;
    const input = scopeInput('one', await set.plan('one'));
    const begin = { beforehand: await verify(early, { ...input, moment: 'beforehand' }) };
    const activation = await activate(base, { ...input, begin });
    const { outside } = await verify(early, { ...input, begin, activation, moment: 'overlap' });
    expect(outside).toEqual(early === base ? [] : ['search']);
    set.time.now += 7 * DAY;
    const then = { ...input, begin: { outside } };
    const verification = await verify(base, { ...then, moment: 'beforeCut' });
    expect(verification.outside ?? []).toEqual([]);
    const deactivation = await deactivate(base, then);
    const seen = await confirm(base, { ...then, verification, deactivation }).then(
      () => 'confirmed',
      (e) => e,
    );
    expect(seen.name).toBe('SuccessorRefused');
    set.world.organization.delayBy((place) => (place === 'listings' ? 0 : 3_600));
    const undone = await undo(base, {
      ...then,
      verification,
      deactivation,
      halt: { Error: seen.name, Cause: seen.message },
    });
    expect(undone.anyBack).toBe(true);
    const proof = await verify(base, { ...then, moment: 'afterUndo' }).then(
      () => 'proven',
      ({ name }) => name,
    );
    expect([proof, await isIn(set, 'search')]).toEqual(['SuccessorRefused', 'refused']);
  },
);
