import { expect, it } from 'vitest';
import { isOlderGeneration, readAlike } from '../../../lambdas/domain/succession/lineage.ts';

it.each([
  ['acme@2015', 'acme@2025'],
  ['acme@v2', 'acme@3'],
  ['acme@G1', 'acme@G2'],
  ['acme@R9', 'acme@R10'],
  ['acme@2025Q4', 'acme@2026Q1'],
  ['acme@2015\u200b', 'acme@2025'],
  ['acme@2015 (old)', 'acme@2025'],
  ['acme@11-2025', 'acme@02-2026'],
  ['acme@2025', 'acme@2025-11'],
  ['acme@2025.11', 'acme@2026-01'],
])('rule 2: %s is older than %s, and not the other way round', (older, newer) => {
  expect([isOlderGeneration(older, newer), isOlderGeneration(newer, older)]).toEqual([true, false]);
});

it.each([
  ['acme@20251101', 'acme@2026-11-01'],
  ['acme@20251101', 'acme@2026'],
  ['acme@G1', 'acme@R2'],
  ['acme@blue', 'acme@green'],
  ['acme', 'acme@2'],
  ['acme@3', 'acme@2026-01'],
])('rule 2: nobody knows the order of %s and %s', (one, other) => {
  expect([isOlderGeneration(one, other), isOlderGeneration(other, one)]).toEqual([false, false]);
});

it.each([
  ['acme@1', 'ACME@2'],
  ['acme@1', 'acme\uff202'],
  ['acme\uff201', 'acme@2'],
  ['acme-root\u200b@1', 'acme-root@2'],
  ['Stra\u00dfe@1', 'STRASSE@2'],
  ['\u0130zmir@1', 'izmir@2'],
  ['acme-root@1', 'acme\u2011root@2'],
])('I13: a reader takes the authorities of %j and %j for one', (one, other) => {
  expect(readAlike(one, other)).toBe(true);
});

it.each([
  ['acme@1', 'acme@2'],
  ['acme@1', 'globex@1'],
  ['acme@1', null],
])('and not those of %j and %j', (one, other) => {
  expect(readAlike(one, other)).toBe(false);
});
