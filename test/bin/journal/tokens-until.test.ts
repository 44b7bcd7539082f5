import { expect, it } from 'vitest';
import { rotationOf } from '../../../bin/journal/rotations.ts';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { journalEntrySchema } from '../../../lambdas/domain/memory/journal.ts';
import { release } from '../../../lambdas/release.ts';
import { verify } from '../../../lambdas/verify.ts';
import { moveToStaged } from '../../steps/saying.ts';
import { idsOf, type SceneClient, scene, scopeInput } from '../../steps/scene.ts';

const ledger = (name: string, project: string): SceneClient => ({
  ...{ name, project, keyless: true },
  ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
});

/**
 * An emergency that cuts proj_a, and what its trail says of old tokens. Where proj_b has the anchor too, the
 * emergency halts before that cut.
 */
async function emergency(projects: string[], halt?: { Error: string; Cause: string }) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: projects },
      { id: 'cert_acme1', expires: 300 },
    ],
    [ledger('ledger', 'proj_a'), ledger('books', 'proj_b')],
  );
  const plan = await set.plan('one', { mode: 'emergency', anchors: ['cert_acme0'], reason: 'leaked' });
  const input = scopeInput('one', plan);
  const old = await set.secrets.read('books', 'AWSCURRENT');
  await activate(set.ports, input);
  await verify(set.ports, { ...input, moment: 'overlap' });
  await moveToStaged(set.secrets, 'ledger');
  const deactivation = await deactivate(set.ports, input);
  const { tokensUntil: until } = await confirm(set.ports, { ...input, deactivation });
  await release(set.ports, { execution: input.execution, plan, ...(halt && { halt }) });
  const entries = set.entries().map((entry) => journalEntrySchema.parse(entry));
  const own = () => entries.filter(({ execution }) => execution === 'one');
  return { set, old, until, own, told: rotationOf(own()).tokensUntil };
}

it('F17: the latest time of old tokens is told where every scope was cut', async () => {
  const { until, told, own } = await emergency(['proj_a']);
  expect(until).toBeDefined();
  expect(told).toBe(until);
  // No scope makes a cut that the plan has blocked.
  const blocked = [{ anchor: 'cert_acme0', reason: 'no leaf', scopes: ['proj_b'] }];
  const left = own().map((one) =>
    one.event === 'planned' ? { ...one, detail: { ...one.detail, blocked } } : one,
  );
  expect(rotationOf(left).tokensUntil).toBeNull();
});

it('F17: none is told while a project that was not cut still gives them', async () => {
  const halt = { Error: 'ProbeInconclusive', Cause: 'proj_b: the probe says nothing' };
  const { set, old, told } = await emergency(['proj_a', 'proj_b'], halt);
  set.time.now += 5 * 3_600;
  const { certificateChain = '', privateKey = '' } = old ?? {};
  // Five hours later an old leaf still gets a token. So any time that the history named would be too early.
  const given = await set.ports.exchange({ ...idsOf('books'), certificateChain, privateKey });
  expect({ given: given.kind, told }).toEqual({ given: 'accepted', told: null });
});
