import { edit, type SourceBug } from './source-bug.ts';

const GUARD =
  '  await demandOwnWayIn(certificates, scope, { listed: before, cut: deactivate, now: clock() });\n';

/** Bugs about the client certificate that the admin credential has of its own (F10). */
export const inOwnWayIn: Readonly<Record<string, SourceBug>> = {
  'own-way-in-unplanned': {
    what: 'a plan does not ask what the admin credential presents',
    finds: 'silent',
    seen: 2,
    edits: [
      edit(
        'domain/blocked/own-way-in.ts',
        'if (scope !== ORGANIZATION || !admin)',
        'if (scope !== scope + admin)',
      ),
    ],
  },
  'own-way-in-unguarded': {
    what: 'a cut does not ask what the admin credential presents by now',
    finds: 'lockout',
    seen: 115,
    edits: [edit('deactivate.ts', GUARD, '')],
  },
};
