import { expect, it } from 'vitest';
import { cases } from '../../exhaustive/cases.ts';
import { mayHavePoint } from '../../exhaustive/points.ts';

/** Returns the cases that may have a point of this name. */
const casesOf = (only: string, all = false) =>
  cases.filter((about) => mayHavePoint(about, only, all)).map(({ name }) => name);

it('knows before anything runs in which cases a point may be called so', () => {
  expect(casesOf('')).toEqual(cases.map(({ name }) => name));
  expect(casesOf('project/verify#12/probe#3/lost-reply/4')).toEqual(['project']);
  expect(casesOf('ject/ver')).toEqual(['project']);
  expect(casesOf('2/429/always')).toEqual(cases.map(({ name }) => name));
  expect(casesOf('emergency/before')).toEqual(['project', 'organization']);
  expect(casesOf('/emergency')).toEqual(['project', 'organization']);
});

it('an outage of a host that passes takes no longer than an emergency waits for one (I16)', () => {
  expect(casesOf('probe#1/503/2')).toEqual(['emergency']);
  expect(casesOf('emergency/confirm#1/probe#6/503/4')).toEqual([]);
  expect(casesOf('emergency/confirm#1/secret#1/503/4')).toEqual(['emergency']);
});

it('leaves out where a case is like another, unless all is asked for', () => {
  expect(casesOf('hosts/promote')).toEqual([]);
  expect(casesOf('hosts/promote', true)).toEqual(['hosts']);
});

it.each(['project/', '/503/4', '503/4', 'verify#2/probe', 'confirm'])(
  'knows that a point of the case project may be called %s',
  (only) => {
    expect(casesOf(only)).toContain('project');
  },
);

it.each(['nope', 'nowhere/', 'project/undo/', 'project/nope', 'verify/probe', 'lost-reply/3'])(
  'knows that no point is called %s',
  (only) => {
    expect(casesOf(only)).toEqual([]);
  },
);
