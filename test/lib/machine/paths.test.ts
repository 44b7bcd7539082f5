import { describe, expect, it } from 'vitest';
import { inDocument, inScope } from '../../../lib/machine/paths.ts';

describe('a path into the document', () => {
  it('is the JSONPath of a field that exists', () => {
    expect(inDocument.at('promotion.soakUntil')).toBe('$.promotion.soakUntil');
    expect(inScope.at('plan.successions')).toBe('$.plan.successions');
  });

  it('does not compile when it is misspelt, leads past an array, or belongs to another document', () => {
    // @ts-expect-error: soakUntill
    inDocument.at('promotion.soakUntill');
    // @ts-expect-error: waves is a place to stop
    inDocument.at('plan.waves.name');
    // @ts-expect-error: a scope's plan knows no decision
    inScope.at('plan.decision');
    // @ts-expect-error: carry passes on whole keys
    inDocument.carry('plan.decision');
  });
});
