import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';

const ARN = 'arn:aws:states:eu-west-1:123456789012:execution:windlass-acme';

/** Returns a minute of a day, as the journal writes it. */
export const day = (n: number, minute = 0) => `2026-11-0${n}T09:${String(minute).padStart(2, '0')}:00.000Z`;

/** Returns lines of the execution that began on a day, by the minute. */
export const line =
  (name: string, begun: number) =>
  (minute: number, event: JournalEntry['event'], detail: object, scope?: string): JournalEntry => ({
    execution: `${ARN}:${name}`,
    startedAt: day(begun),
    at: day(begun, minute),
    event,
    detail: { ...detail },
    ...(scope && { scope }),
  });

function schedule(begun: number): JournalEntry[] {
  const on = line(`sweep-${begun}`, begun);
  return [
    on(0, 'planned', {
      request: { mode: 'scheduled', startedBy: 'the daily sweep' },
      summary: 'nothing is due',
    }),
    on(1, 'scheduled', { nextRotationAt: day(9) }),
    on(1, 'ended', { outcome: 'idle' }),
  ];
}

const inDrill = line('drill', 2);
export const [before, both, after] = [['cert_old'], ['cert_new', 'cert_old'], ['cert_new']];
export const [oldLeaf, newLeaf] = ['a1b2c3d4e5f6'.padEnd(64, '0'), 'f6e5d4c3b2a1'.padEnd(64, '0')];
const leaves = [{ client: 'shop', before: oldLeaf, after: newLeaf }];
/** A plan, as Plan writes it down. */
export const plan = {
  summary: '1 succession in 1 scope; 1 blocked. cert_keel: cert_keel has no successor',
  evidence: 'probe',
  soakSeconds: 3_600,
  successions: [
    { authority: 'acme', retiring: 'cert_old', successor: 'cert_new', retiringExpiresAt: day(9) },
  ],
  blocked: [{ anchor: 'cert_keel', reason: 'cert_keel has no successor' }],
  scopes: [
    ['canary', []],
    ['projects', ['proj_a']],
  ],
};
const drill = [
  inDrill(0, 'planned', {
    request: { mode: 'manual', reason: 'drill \u001b[2J', startedBy: 'ada@laptop' },
    ...plan,
  }),
  inDrill(1, 'activating', { activating: ['cert_new'], before }, 'proj_a'),
  inDrill(1, 'activated', { activated: ['cert_new'], before, after: both }, 'proj_a'),
  inDrill(2, 'verified', { evidence: 'probe', probes: 4, moment: 'overlap' }, 'proj_a'),
  inDrill(3, 'promoting', { promoting: ['shop'], leaves }),
  inDrill(3, 'promoted', { promoted: ['shop'], alreadyCurrent: [], leaves, soakUntil: day(2, 10) }),
  inDrill(11, 'verified', { evidence: 'probe', probes: 5, moment: 'beforeCut' }, 'proj_a'),
  inDrill(11, 'deactivating', { deactivating: ['cert_old'], before: both }, 'proj_a'),
  inDrill(11, 'deactivated', { deactivated: ['cert_old'], before: both, after }, 'proj_a'),
  inDrill(
    12,
    'confirmed',
    { evidence: 'probe', probes: 3, refused: ['shop'], tokensUntil: day(4) },
    'proj_a',
  ),
  inDrill(13, 'scheduled', { nextRotationAt: day(9) }),
  inDrill(14, 'ended', { outcome: 'rotated' }),
];

const inFire = line('fire', 4);
const halt = {
  errorType: 'SuccessorRefused',
  errorMessage: 'the leaf of client shop was refused',
  trace: ['at x'],
};
const refusal = { error: halt.errorType, cause: halt.errorMessage };
const blind = { evidence: 'probe', error: 'NotEnforced', cause: 'everybody gets in' };
const fire = [
  inFire(0, 'planned', {
    request: { mode: 'emergency', anchors: ['cert_new'], reason: 'leaked', startedBy: 'bob@desk' },
    summary: '1 successions in 1 scopes',
  }),
  inFire(1, 'deactivating', { deactivating: ['cert_new', 'cert_more'], before: both }, 'proj_a'),
  inFire(2, 'deactivating', { deactivating: ['cert_more'], before }, 'proj_a'),
  inFire(2, 'deactivated', { deactivated: ['cert_more'], before, after: before }, 'proj_a'),
  inFire(2, 'verified', { ...blind, moment: 'beforeCut' }, 'proj_a'),
  inFire(2, 'confirmed', { evidence: 'probe', ...refusal }, 'proj_a'),
  inFire(3, 'confirmed', { evidence: 'probe', ...refusal }, 'proj_a'),
  inFire(3, 'verified', { evidence: 'probe', probes: 2, moment: 'afterUndo' }, 'proj_a'),
  inFire(3, 'undone', { reactivated: ['cert_more'], before, after: both }, 'proj_a'),
  inFire(4, 'ended', { outcome: 'halted', Error: 'SuccessorRefused', Cause: JSON.stringify(halt) }),
];
const tooLate = [
  line('second', 5)(0, 'busy', {
    request: { mode: 'scheduled' },
    holder: `${ARN}:fire`,
    mode: 'emergency',
    successions: [{ retiring: 'cert_keel', successor: 'cert_mast' }],
    blocked: [{ anchor: 'cert_sail', reason: 'stage a leaf', scopes: ['proj_a'], client: 'shop' }],
    warnings: ['no such anchor: cert_typo'],
  }),
];

/**
 * An idle sweep, a drill, another sweep, an emergency that halts, and a sweep that finds the emergency at
 * work.
 */
export const recordedJournal: readonly JournalEntry[] = [
  ...schedule(1),
  ...drill,
  ...schedule(3),
  ...fire,
  ...tooLate,
];
