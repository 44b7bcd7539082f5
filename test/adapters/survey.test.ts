import { expect, it } from 'vitest';
import { survey } from '../../lambdas/adapters/facts/survey.ts';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { NOW, scene } from '../steps/scene.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:1:execution:windlass:one';
const about = { execution: EXECUTION, concurrency: 1 };

it('goes on with what its last attempt has listed, and lists no project twice (I18)', async () => {
  const { ports } = await scene();
  const asked: string[] = [];
  let now = NOW;
  const list = async (scope: string) => {
    asked.push(scope);
    // The first project uses up the whole time of an attempt.
    if (scope === 'proj_a') now += 500;
    return ports.certificates.list(scope);
  };
  const slow = { ...ports, certificates: { ...ports.certificates, list }, clock: () => now };
  const unfinished = await survey(slow, about).catch((error) => error);
  expect(unfinished).toBeInstanceOf(WindlassError);
  expect(unfinished).toMatchObject({ name: 'SurveyUnfinished', message: expect.stringMatching(/^1 of 2/) });
  const { inventory } = await survey(slow, about);
  expect(inventory.projects.filter(({ unlisted }) => unlisted)).toEqual([]);
  expect(asked).toEqual(['organization', 'proj_a', 'organization', 'proj_b']);
});

it('lists everything anew where an anchor was renamed between two attempts', async () => {
  const { ports } = await scene();
  const anchors = await ports.certificates.list('proj_a');
  const before = anchors.map((one) => ({ ...one, name: 'as it was called before' }));
  await ports.surveys.keep(EXECUTION, new Map([['proj_a', before]]));
  const { inventory } = await survey(ports, about);
  expect(inventory.projects[0]?.anchors.map(({ name }) => name)).toEqual(anchors.map(({ name }) => name));
});

it('asks a project again that is only told to come later (F12)', async () => {
  const { ports } = await scene();
  let refusals = 0;
  const list = async (scope: string) => {
    if (scope === 'proj_a' && ++refusals < 5) throw new WindlassError('RateLimited', 'come later');
    return ports.certificates.list(scope);
  };
  const limited = { ...ports, certificates: { ...ports.certificates, list } };
  expect((await survey(limited, about)).failures).toEqual([]);
  expect(refusals).toBe(5);
});
