import { expect, it } from 'vitest';
import { scene } from '../scene.ts';

const STOPGAP = { id: 'cert_acme1', expires: 25 };
const NEXT = { id: 'cert_acme2', expires: 400 };

/**
 * Acme's anchor expires in four days. Its client is ready to move to an anchor that lasts three weeks longer.
 */
const planned = async (uploads: { id: string; expires: number }[], isBegun = false) => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 4, in: ['proj_a'] },
      { ...STOPGAP, ...(isBegun && { in: ['proj_a'] }) },
      ...uploads,
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
    ],
  );
  if (isBegun)
    await set.journal.rememberBegun([
      {
        retiring: 'cert_acme0',
        successor: 'cert_acme1',
        begunAt: new Date((set.time.now - 3_600) * 1000).toISOString(),
      },
    ]);
  return set.plan('one');
};
const moved = ({ promotions }: Awaited<ReturnType<typeof planned>>) => promotions.map(({ client }) => client);

it('rule 2: a stopgap is taken where nothing fit is there (the control)', async () => {
  expect(moved(await planned([]))).toEqual(['billing']);
});

it('F1: an upload of the next generation, of which nobody has a leaf yet, does not keep a client from a stopgap that it is ready for', async () => {
  expect(moved(await planned([NEXT]))).toEqual(['billing']);
});

it('F1, rule 2: nor from the stopgap whose rotation has begun', async () => {
  expect(moved(await planned([NEXT], true))).toEqual(['billing']);
});

it('rule 2: the pair that was begun goes on, though its successor has come within the lead time since, and another lies uploaded of which nobody has a leaf', async () => {
  const set = await scene(
    [{ id: 'cert_acme0', expires: 10, in: ['proj_a'] }, { id: 'cert_acme1', expires: 30.5 }, NEXT],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
    ],
  );
  const pairs = (plan: Awaited<ReturnType<typeof planned>>) =>
    plan.successions.map(({ successor }) => successor);
  expect(pairs(await set.plan('one'))).toEqual(['cert_acme1']);
  // The first run has halted because its client did not answer.
  await set.leases.release('one');
  set.time.now += 86_400;
  expect(pairs(await set.plan('two'))).toEqual(['cert_acme1']);
});
