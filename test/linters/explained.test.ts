import { describe, expect, it } from 'vitest';
import { explained, unexplained } from '../../linters/explained.ts';

const finding = (rule: string, resource: string) => ({ rule, resource, says: 'it is so' });
const queue = { rule: 'CKV_1', resource: /^Queue/, why: 'it is empty' };

describe('what a linter finds', () => {
  it('is explained by rule and resource together, and left where either differs', () => {
    const [same, elsewhere, other] = [
      finding('CKV_1', 'Queue1'),
      finding('CKV_1', 'Topic'),
      finding('CKV_2', 'Queue1'),
    ];
    expect(unexplained([same, elsewhere, other], [queue]).findings).toEqual([elsewhere, other]);
  });

  it('has to be there for as long as it is explained', () => {
    expect(unexplained([], [queue]).idle).toEqual([queue]);
    expect(unexplained([finding('CKV_1', 'Queue1')], [queue]).idle).toEqual([]);
  });

  it('is explained once, in a sentence', () => {
    const rules = explained.map(({ rule }) => rule);
    expect(new Set(rules).size).toBe(rules.length);
    for (const { why } of explained) expect(why.length).toBeGreaterThan(40);
  });
});
