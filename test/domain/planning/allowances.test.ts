import { describe, expect, it } from 'vitest';
import type { CompromisedMemory } from '../../../lambdas/domain/memory/journal.ts';
import {
  type AllowanceFacts,
  allowedFor,
  mayGoByListing,
} from '../../../lambdas/domain/planning/allowances.ts';
import { policyOf } from '../organizations.ts';

const emergency: AllowanceFacts['request'] = {
  ...{ mode: 'emergency', anchors: ['cert_old'], reason: 'its key leaked' },
  ...{ leaveBehind: ['api'], onListing: ['proj_a'] },
};
const key = (digest: string) => ({ digest, vouchesFor: [] });
const keys = new Map([
  ['cert_old', key('leaked')],
  ['cert_again', key('leaked')],
  ['cert_other', key('another')],
]);
const named = (anchorId: string): CompromisedMemory => ({ anchorId, leaveBehind: ['api'], onListing: 'all' });
const behind = (retiring: string, facts: AllowanceFacts) => [...allowedFor(retiring, facts).leaveBehind];

describe('what an emergency was allowed (I6)', () => {
  it('is allowed for what it names, by whatever id, and for no other anchor that is compromised', () => {
    const facts = {
      request: emergency,
      keys,
      compromised: { ids: new Set(['cert_other']), keys: new Set<string>() },
    };
    expect(['cert_old', 'cert_again', 'cert_other'].map((id) => behind(id, facts))).toEqual([
      ['api'],
      ['api'],
      [],
    ]);
    const policy = policyOf();
    expect(mayGoByListing('proj_a', 'cert_again', { ...facts, policy })).toBe(true);
    expect(mayGoByListing('proj_b', 'cert_again', { ...facts, policy })).toBe(false);
    expect(mayGoByListing('proj_a', 'cert_other', { ...facts, policy })).toBe(false);
  });

  it('is honoured by a retry for another upload of the key, be its digest written down or only read by now (I15)', () => {
    const later = (allowances: CompromisedMemory[]): AllowanceFacts => ({
      ...{ request: { mode: 'scheduled' }, keys, allowances },
    });
    const unread = later([named('cert_old')]);
    const gone = later([{ ...named('cert_gone'), keyDigest: 'leaked' }]);
    expect([unread, gone].map((facts) => behind('cert_again', facts))).toEqual([['api'], ['api']]);
    expect([unread, gone].map((facts) => behind('cert_other', facts))).toEqual([[], []]);
  });
});
