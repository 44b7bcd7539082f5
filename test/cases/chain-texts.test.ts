import { describe, expect, it } from 'vitest';
import type { LeafCredential } from '../../simulation/certificates/pki.ts';
import { DUE, first, issuing, leafOf, NEXT, ready, second } from './acme.ts';
import { caseOf } from './rotation.ts';

const labelled = (pem: string, word: string): string =>
  pem.replaceAll(/-----(BEGIN|END) CERTIFICATE-----/g, `-----$1 ${word} CERTIFICATE-----`);
const changed = (held: LeafCredential, change: (chain: string) => string): LeafCredential => ({
  ...held,
  certificateChain: change(held.certificateChain),
});
const blocksOf = (chain: string): string[] => chain.split(/(?<=-----END CERTIFICATE-----\n)/).filter(Boolean);

const under = issuing(first);
const plain = leafOf(first, 'search');
const below = leafOf(under, 'search');

describe('a client that works, and whose running chain is written as few write one, is not locked out', () => {
  it.each<[string, LeafCredential]>([
    ['labelled TRUSTED CERTIFICATE', changed(plain, (chain) => labelled(chain, 'TRUSTED'))],
    ['labelled X509 CERTIFICATE', changed(plain, (chain) => labelled(chain, 'X509'))],
    [
      'with another label on its intermediate',
      changed(below, (chain) => chain.replace(under.pem, labelled(under.pem, 'X509'))),
    ],
    [
      'below a comment that quotes a marker',
      changed(plain, (chain) => `# paste below -----BEGIN CERTIFICATE----- this\n${chain}`),
    ],
    ['behind a byte order mark', changed(plain, (chain) => `\uFEFF${chain}`)],
    ['with the line ends of Windows', changed(below, (chain) => chain.replaceAll('\n', '\r\n'))],
  ])('%s', async (_how, running) => {
    const { rotate, everybody } = await caseOf([DUE, NEXT], [ready(), { name: 'search', running }]);
    const before = await everybody();
    const { blocked } = await rotate();
    expect(blocked.some(({ client }) => client === 'search')).toBe(true);
    expect([before.search, (await everybody()).search]).toEqual(['accepted', 'accepted']);
  });
});

describe.each(['probe', 'listing'])(
  'a staged chain that no TLS stack loads is blocked when planned, by %s',
  (evidence) => {
    const staged = leafOf(issuing(second), 'billing');
    it.each<[string, LeafCredential, RegExp]>([
      [
        'two blocks joined on a line',
        changed(staged, (chain) =>
          chain.replace(/-----END CERTIFICATE-----\n+-----BEGIN/, '-----END CERTIFICATE----------BEGIN'),
        ),
        /line \d+ has more on it/,
      ],
      [
        'text before the first marker',
        changed(staged, (chain) => `subject=/CN=billing ${chain}`),
        /line 1 has more on it/,
      ],
    ])('%s, with the line that is wrong', async (_how, bad, told) => {
      const { rotate, everybody } = await caseOf([DUE, NEXT], [{ ...ready(), staged: bad }], { evidence });
      const { decision, blocked } = await rotate();
      expect(decision).toBe('blocked');
      expect(blocked[0]?.reason).toMatch(told);
      expect(await everybody()).toEqual({ billing: 'accepted' });
    });
  },
);

describe('a staged chain that TLS stacks read is rotated to', () => {
  const upper = issuing(second);
  const lower = issuing(upper);
  const staged = leafOf(lower, 'billing');
  it.each<[string, LeafCredential]>([
    ['with the line ends of Windows', changed(staged, (chain) => chain.replaceAll('\n', '\r\n'))],
    [
      'with its intermediates in the wrong order',
      changed(staged, (chain) => {
        const [leaf = '', ...rest] = blocksOf(chain);
        return [leaf, ...rest.toReversed()].join('');
      }),
    ],
    ['behind a byte order mark', changed(staged, (chain) => `\uFEFF${chain}`)],
    ['below a line of text', changed(staged, (chain) => `issued by acme\n${chain}`)],
  ])('%s', async (_how, staged) => {
    const { rotate, everybody, activeIn } = await caseOf([DUE, NEXT], [{ ...ready(), staged }]);
    const { error } = await rotate();
    expect({ error, active: activeIn('proj_a') }).toEqual({ error: undefined, active: ['cert_2'] });
    expect(await everybody()).toEqual({ billing: 'accepted' });
  });
});
