import { entered } from './step-functions.ts';

const plan = {
  decision: 'rotate',
  mode: 'manual',
  plannedAt: '2026-11-02T09:00:00.000Z',
  evidence: 'probe',
  soakSeconds: 604_800,
  safetyMarginSeconds: 172_800,
  successions: [
    {
      authority: 'acme',
      retiring: 'cert_old',
      successor: 'cert_new',
      retiringExpiresAt: '2026-11-20T00:00:00.000Z',
    },
  ],
  blocked: [],
  anyBlocked: false,
  waves: [{ name: 'projects', scopes: [{ scope: 'proj_1', successions: [], checks: [] }] }],
  promotions: [],
  deferredScopes: 0,
  nextRotationAt: '2027-10-01T00:00:00.000Z',
  summary: '1 successions in 1 scopes',
};
const execution = { id: 'arn', startedAt: '2026-11-02T09:00:00.000Z' };
const promotion = { promoted: ['shop'], alreadyCurrent: [], soakUntil: '2026-11-09T09:00:00.000Z' };
/** The output of that execution. */
export const output = JSON.stringify({ request: {}, execution, plan, promotion });

/** The history of an execution that rotates one scope, in which one attempt fails. */
export const history = [
  entered('TaskStateEntered', 'Plan'),
  entered('ChoiceStateEntered', 'Anything due?'),
  entered('MapStateEntered', 'Each wave'),
  entered('TaskStateEntered', 'Activate new anchors', { plan: { scope: 'proj_1' } }),
  {
    type: 'TaskFailed',
    taskFailedEventDetails: { error: 'RateLimited', cause: '{"errorMessage":"429 from the API"}' },
  },
  entered('WaitStateEntered', 'Soak', { promotion }),
  entered('SucceedStateEntered', 'Done'),
];
