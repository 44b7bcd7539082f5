import type { Report } from '../../../rehearsal/report.ts';
import type { RehearsalEvent } from '../../../simulation/log/progress.ts';

/** The events of one rehearsal. */
export const recordedEvents: RehearsalEvent[] = [
  { kind: 'preparing', what: 'synthesizing the app' },
  { kind: 'preparing', what: 'bundling the handlers' },
  { kind: 'prepared', projects: 11, anchors: 31, clients: 14, now: '2026-11-02T09:00:00.000Z' },
  { kind: 'entered', state: 'Plan' },
  { kind: 'planned', decision: 'rotate', successions: 14, blocked: 2, scopes: 6, summary: '14 successions' },
  { kind: 'traffic', sent: 12, failed: 0, now: '2026-11-02T09:00:01.000Z' },
  { kind: 'entered', state: 'Activate new anchors' },
  step('activate', 'canary', 'proj_canary', 'activated cert_northgate_8'),
  { kind: 'entered', state: 'Verify' },
  step('verify', 'canary', 'proj_canary', '2 probes accepted'),
  step('activate', 'projects', 'proj_stores', 'activated 1, in 1 batch'),
  step('activate', 'projects', 'proj_checkout', 'activated cert_northgate_8'),
  step('verify', 'projects', 'proj_checkout', 'ProbeInconclusive: no answer in time', 'retried'),
  step('verify', 'projects', 'proj_stores', '4 probes accepted'),
  step('verify', 'projects', 'proj_checkout', '2 probes accepted'),
  { kind: 'traffic', sent: 640, failed: 0, now: '2026-11-02T09:00:31.000Z' },
  { kind: 'step', step: 'promote', outcome: 'done', detail: '9 clients' },
  { kind: 'soaking', from: '2026-11-02T09:01:00.000Z', until: '2026-11-09T09:01:00.000Z' },
  step('deactivate', 'canary', 'proj_canary', 'deactivated cert_northgate_7'),
  step('confirm', 'canary', 'proj_canary', 'old leaf refused'),
  { kind: 'traffic', sent: 2431, failed: 0, now: '2026-11-09T09:01:10.000Z' },
  { kind: 'step', step: 'schedule-next', outcome: 'done', detail: '2027-01-04 09:00 UTC' },
  { kind: 'ended', outcome: 'rotated' },
];

function step(
  name: string,
  wave: string,
  scope: string,
  detail: string,
  outcome: 'done' | 'retried' = 'done',
): RehearsalEvent {
  return { kind: 'step', step: name, wave, scope, outcome, detail };
}

const shops = Array.from({ length: 12 }, (_, i) => `cert_beacon_shop${String(i + 1).padStart(2, '0')}`);

/** The report of that rehearsal. */
export const recordedReport: Report = {
  outcome: 'rotated',
  halt: null,
  successions: [
    { authority: 'northgate', retiring: 'cert_northgate_7', successor: 'cert_northgate_8' },
    { authority: null, retiring: 'cert_unnamed', successor: 'cert_named' },
    ...shops.map((retiring) => ({ authority: 'beacon', retiring, successor: 'cert_beacon_all' })),
  ],
  blocked: [
    {
      anchor: 'cert_gamma_2025',
      reason:
        'cert_gamma_2025 (gamma@2025) has no successor: upload a CA certificate named "gamma@2026-11" that is valid now and expires after 2026-12-02',
    },
  ],
  warnings: [],
  scopes: [
    {
      scope: 'proj_canary',
      activated: ['cert_northgate_8'],
      deactivated: ['cert_northgate_7'],
      undone: [],
      evidence: 'probe',
    },
    {
      scope: 'proj_stores',
      activated: ['cert_beacon_all'],
      deactivated: shops,
      undone: [],
      evidence: 'probe',
    },
    { scope: 'proj_idle', activated: [], deactivated: [], undone: [], evidence: null },
    {
      scope: 'organization',
      activated: ['cert_harbor_4'],
      deactivated: ['cert_harbor_3'],
      undone: [],
      evidence: 'probe',
    },
  ],
  requests: { sent: 2431, failed: 0 },
  calls: { list: 61, activate: 7, deactivate: 8, retrieve: 5, projects: 1 },
  violations: { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 },
  lockedOut: [],
  keptOut: [],
  promoted: [
    'canary-web',
    'checkout-api',
    'search-indexer',
    'search-web',
    'billing',
    'stores-gateway',
    'partners-hub',
  ],
  nextRotationAt: '2027-01-04T09:00:00.000Z',
  stateTransitions: 214,
  durationMs: 11_230,
};
