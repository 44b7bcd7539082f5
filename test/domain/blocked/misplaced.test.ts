import { describe, expect, it } from 'vitest';
import { heldForMisplaced, keyOfAnother, misplacedError } from '../../../lambdas/domain/blocked/misplaced.ts';
import { isExcused } from '../../../lambdas/domain/cut/excuse.ts';

const found = {
  ...{ client: 'api', project: 'proj_a', keyOf: 'proj_b', host: 'https://mtls.api.openai.com/v1' },
  anchors: ['cert_old'],
};
const successions = [
  { retiring: 'cert_old', successor: 'cert_new' },
  { retiring: 'cert_other', successor: 'cert_next' },
];

describe('a client whose key is of another project than configured (F10, I1)', () => {
  it('is told by any answer that names another project, and by none that names nothing', () => {
    expect(keyOfAnother([{}, { project: 'proj_b' }], 'proj_a')).toBe('proj_b');
    expect(keyOfAnother([{ project: 'proj_a' }, {}], 'proj_a')).toBeNull();
    expect(keyOfAnother([], 'proj_a')).toBeNull();
  });

  it.each(['proj_b', 'organization'])('keeps what it may run on from being cut in %s', (scope) => {
    const held = heldForMisplaced([found], { scope, successions });
    expect([...held.keys()]).toEqual(['cert_old']);
    expect(held.get('cert_old')?.name).toBe('KeyOfAnotherProject');
  });

  it.each(['proj_a', 'proj_c'])('holds up nothing in %s, whose anchors do not judge it (I17)', (scope) => {
    expect(heldForMisplaced([found], { scope, successions }).size).toBe(0);
  });

  it('is named with both projects, the host and both remedies', () => {
    const { message } = misplacedError(found);
    expect(message).toMatch(
      /client api is configured for proj_a, and https:\/\/mtls\S* says .* is of proj_b/,
    );
    expect(message).toMatch(/set project of api to proj_b .*, or put a key of proj_a into its secret$/);
  });

  it('says nothing of the leaf: where silence halts nobody, neither does this (I6, I9)', () => {
    const error = misplacedError(found);
    expect(isExcused({ excused: 'silence' }, error)).toBe(true);
    expect(isExcused({ excused: 'anything' }, error)).toBe(true);
    expect(isExcused({}, error)).toBe(false);
  });
});
