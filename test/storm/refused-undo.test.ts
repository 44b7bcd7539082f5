import { APIError } from 'openai';
import { expect, it } from 'vitest';
import { apiError } from '../../lambdas/adapters/openai/api-errors.ts';
import type { ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, HOUR, MINUTE, START, storyOf, tell } from './story.ts';

const run: ScenarioEvent = { id: 'run', at: START + HOUR, kind: 'run', request: {} };

/** What the adapter makes of an answer to an activation. */
const answered = (status: number, body?: object) =>
  apiError(APIError.generate(status, body, '<html>', new Headers()), {
    ...{ what: 'activate cert_a0 in project proj_a', baseURL: 'https://api.openai.com/v1' },
    ...{ missing: 'UnknownProject' as const, permission: 'api.mtls.write' as const },
    credential: { apiKey: 'sk-admin' },
  });

it.each([
  ['a page with 401', answered(401)],
  ['a page with 403', answered(403)],
  ['a page with 404', answered(404)],
  ['a redirect', answered(302)],
  ['a key that is refused just then', answered(403, { error: { message: 'no', code: 'missing_scope' } })],
])('I10: %s in the undo keeps no client outside for minutes', async (_, refusal) => {
  let asked = 0;
  const story = storyOf({
    ...{ days: 9, anchors: [acme(0, 20, ['proj_a']), acme(1, 800)] },
    ...{ clients: [client('billing', 'proj_a')], events: [run] },
  });
  const { log } = await tell(story, {
    plant(ports, { step }) {
      // After the cut the successor turns its client away.
      const probe: typeof ports.probe = async (host, credential) =>
        credential.certificateChain
          ? { kind: 'refused', code: 'certificate_verification_failed' }
          : ports.probe(host, credential);
      if (step === 'confirm') return { ...ports, probe };
      if (step !== 'undo') return ports;
      const { certificates } = ports;
      const activate: typeof certificates.activate = async (...told) => {
        if (asked++ === 0) throw refusal;
        return certificates.activate(...told);
      };
      return { ...ports, certificates: { ...certificates, activate } };
    },
  });
  const toggles = log.flatMap((event) =>
    event.what === 'trust' && event.anchorIds.includes('cert_a0') && event.by !== 'setup' ? [event] : [],
  );
  expect(toggles.slice(0, 2).map(({ active }) => active)).toEqual([false, true]);
  const [cut, back] = toggles;
  expect(((back?.at ?? Number.NaN) - (cut?.at ?? 0)) / 1000).toBeLessThan(2 * MINUTE);
});
