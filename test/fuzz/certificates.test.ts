import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openaiCertificates } from '../../lambdas/adapters/openai/certificates.ts';
import { ADMIN_KEY, listed, page } from '../adapters/openai/scripted-api.ts';
import { damaged, outcomeOf } from './damaged.ts';
import { badAnswers, scriptedHost, sent } from './wire.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const list = page([listed('cert_1'), listed('cert_2', { active: false })]).body;
const first = page([listed('cert_1')], true, 'cert_1').body;
const projects = page([{ id: 'proj_a', name: 'A', status: 'active' }]).body;
const content = { object: 'certificate', id: 'cert_1', certificate_details: { content: PEM } };

/** The adapter and the host that it asks, with one attempt for each call. */
async function scripted() {
  const host = await scriptedHost();
  const credential = async () => ({ apiKey: ADMIN_KEY });
  const asking = () => openaiCertificates({ baseURL: host.url, credential, maxRetries: 0, timeoutMs: 1_000 });
  return { ...host, asking };
}

test('any answer is a listing or an error of ours, and asks for no toggle', async () => {
  const { asking, answer, heard } = await scripted();
  const scripts = fc.oneof(
    badAnswers(list).map((wire) => [wire]),
    fc.tuple(badAnswers(first), badAnswers(list)).map((wires) => [...wires]),
    badAnswers(list).map((wire) => [sent(first), wire]),
  );
  await fc.assert(
    fc.asyncProperty(scripts, async (script) => {
      answer(script);
      await outcomeOf(() => asking().list('proj_a'));
      expect(new Set(heard.map(({ method }) => method))).toEqual(new Set(['GET']));
      expect(heard.length).toBeLessThan(10);
    }),
    { numRuns: 200 },
  );
});

test('any answer is the projects, a PEM or an error of ours', async () => {
  const { asking, answer } = await scripted();
  await fc.assert(
    fc.asyncProperty(badAnswers(projects), badAnswers(content), async (forProjects, forContent) => {
      answer([forProjects]);
      await outcomeOf(() => asking().projects());
      answer([forContent]);
      const outcome = await outcomeOf(() => asking().content('cert_1'));
      if ('value' in outcome) expect(outcome.value).toContain('-----BEGIN CERTIFICATE-----');
    }),
    { numRuns: 120 },
  );
});

test('any answer to a toggle is a success or an error of ours, and no call says anything but what was meant', async () => {
  const { asking, answer, heard } = await scripted();
  const activation = { object: 'organization.project.certificate.activation', data: [listed('cert_1')] };
  const meant = {
    method: 'POST',
    url: '/v1/organization/projects/proj_a/certificates/activate',
    body: '{"certificate_ids":["cert_1"]}',
  };
  await fc.assert(
    fc.asyncProperty(badAnswers(activation), async (wire) => {
      answer([wire]);
      await outcomeOf(() => asking().activate('proj_a', ['cert_1']));
      // A 421 asks for another connection, so fetch makes the call again. Toggles are idempotent (F2).
      expect(heard.slice(0, 1)).toEqual([meant]);
      expect(heard.slice(1)).toEqual('status' in wire && wire.status === 421 ? [meant] : []);
    }),
    { numRuns: 120 },
  );
});

test('a listing that was believed says what the answer said', async () => {
  const { asking, answer } = await scripted();
  await fc.assert(
    fc.asyncProperty(damaged(list), async (body) => {
      answer([sent(body ?? null)]);
      const outcome = await outcomeOf(() => asking().list('proj_a'));
      if ('error' in outcome) return;
      const { data } = body as { data: Record<string, unknown>[] };
      expect(outcome.value.map(({ anchorId }) => anchorId)).toEqual([...new Set(data.map(({ id }) => id))]);
      for (const anchor of outcome.value) {
        const said = data.findLast(({ id }) => id === anchor.anchorId) ?? {};
        expect(anchor.active).toBe(said.active);
        // An expiry that cannot be read counts as past, and the anchor says so.
        if (anchor.flaw) expect(anchor.expiresAt).toBe(0);
        else expect(anchor.expiresAt).toBe((said.certificate_details as { expires_at: number }).expires_at);
      }
    }),
    { numRuns: 120 },
  );
});

test('pages that go on for ever are given up', async () => {
  const { asking, answer, heard } = await scripted();
  const pages = Array.from({ length: 2_000 }, (_, i) =>
    sent(page([listed(`cert_${i}`)], true, `cert_${i}`).body),
  );
  answer(pages);
  const outcome = await outcomeOf(() => asking().list('proj_a'));
  expect(outcome).toMatchObject({ error: { name: 'UnreadableAnswer' } });
  expect(heard.length).toBeLessThan(2_000);
});

test.for([
  ['nested deeply', `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`],
  [
    'nested deeply where nobody looks',
    JSON.stringify(list).replace('"cert_1"', `"cert_1","x":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`),
  ],
  ['of a number beyond numbers', JSON.stringify(list).replace('1800000000', '1e999')],
  ['of a hundred thousand equal anchors', JSON.stringify(page(Array(20_000).fill({ id: 'cert_1' })).body)],
] as const)('an answer %s is a listing or an error of ours', async ([, body]) => {
  const { asking, answer } = await scripted();
  answer([sent(body)]);
  await outcomeOf(() => asking().list('proj_a'));
});

test('no answer gets the admin key into an error, however it echoes it', async () => {
  const { asking, answer } = await scripted();
  const echoes = fc
    .tuple(fc.constantFrom(200, 400, 401, 404, 429, 500), fc.string(), fc.string(), fc.boolean())
    .map(([status, before, after, asJson]) => {
      const text = `${before}${ADMIN_KEY}${after}`;
      const error = { message: text, type: text, param: text, code: text };
      return sent(asJson ? { error, data: text, id: text } : text, status);
    });
  await fc.assert(
    fc.asyncProperty(echoes, async (wire) => {
      answer([wire]);
      const outcome = await outcomeOf(() => asking().list('proj_a'));
      if (!('error' in outcome)) return;
      const { message, cause, stack } = outcome.error;
      expect(JSON.stringify([message, cause, stack])).not.toContain('Recognizable');
    }),
    { numRuns: 120 },
  );
});
