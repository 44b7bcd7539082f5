import { describe, expect, it } from 'vitest';
import { doors, unavailable } from './doors.ts';

const EXECUTION = 'arn:aws:states:eu-west-1:1:execution:windlass:one';
const anchor = { anchorId: 'cert_a', name: 'acme@1', createdAt: 1, expiresAt: 2, active: true };
const listed = new Map([
  ['proj_a', [anchor]],
  ['proj_b', []],
]);

describe.each(doors)('what a survey has listed, $name', ({ open }) => {
  it('is there for the next attempt of the same execution, and for no other (I18)', async () => {
    const { surveys } = await open();
    await surveys.keep(EXECUTION, listed);
    expect(await surveys.kept(EXECUTION)).toEqual(listed);
    expect(await surveys.kept(`${EXECUTION}-other`)).toEqual(new Map());
  });

  it.each([
    ['gone', () => null],
    ['altered', () => '{"proj_a": [{"anchorId": 7}]}'],
    ['cut short', (text: string) => text.slice(0, 20)],
  ])('that is %s is listed anew', async (_, change) => {
    const { surveys, world } = await open();
    await surveys.keep(EXECUTION, listed);
    world.objects.alter(change);
    expect(await surveys.kept(EXECUTION)).toEqual(new Map());
  });

  const silent = unavailable('ManifestUnavailable').filter(([fault]) => fault !== 'malformed');
  it.each(silent)('is not lost without a word after %s: %s', async (fault, outcome) => {
    const { under } = await open();
    expect(await under(fault, ({ surveys }) => surveys.keep(EXECUTION, listed))).toBe(outcome);
  });

  it.each(silent)('stops nobody where it cannot be read, after %s', async (fault, outcome) => {
    const { surveys, under } = await open();
    await surveys.keep(EXECUTION, listed);
    const end = await under(fault, (again) => again.surveys.kept(EXECUTION));
    expect(end).toBe(outcome === 'dies' ? 'dies' : 'answers');
  });
});
