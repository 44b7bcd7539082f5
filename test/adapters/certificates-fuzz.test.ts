import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { type Answer, certificatesAnswering, listed, page } from './scripted-api.ts';

/** A well-formed answer with one place, at any depth, taken by any JSON value or left out. */
const damaged = (whole: unknown): fc.Arbitrary<unknown> =>
  fc.tuple(fc.nat(), fc.option(fc.jsonValue(), { nil: undefined })).map(([at, value]) => {
    const copy = structuredClone(whole);
    const places: [Record<string, unknown>, string][] = [];
    const collect = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const key of Object.keys(node)) {
        places.push([node as Record<string, unknown>, key]);
        collect((node as Record<string, unknown>)[key]);
      }
    };
    collect(copy);
    const [node, key] = places[at % places.length] ?? [{}, ''];
    node[key] = value;
    return copy;
  });

const sound = page([listed('cert_1'), listed('cert_2', { active: false })]).body;

const answers: fc.Arbitrary<Answer> = fc.oneof(
  damaged(sound).map((body) => ({ body: body ?? null })),
  fc.json().map((body) => ({ body })),
  fc.string({ unit: 'binary' }).map((body) => ({ body })),
  fc.nat({ max: JSON.stringify(sound).length }).map((end) => ({ body: JSON.stringify(sound).slice(0, end) })),
  fc
    .tuple(fc.integer({ min: 200, max: 599 }), fc.json())
    .map(([status, body]) => ({ status: status === 204 || status === 304 ? 200 : status, body })),
);

test('any answer is a listing or an error of ours, and never another throw', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 3 }), async (script) => {
      const { certificates } = await certificatesAnswering(...script);
      for (const call of [
        () => certificates.list('proj_a'),
        () => certificates.projects(),
        () => certificates.content('cert_1'),
        () => certificates.activate('proj_a', ['cert_1']),
      ]) {
        const outcome = await call().catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(WindlassError);
      }
    }),
    { numRuns: 150 },
  );
});

test('a listing that was believed says what the answer said', async () => {
  await fc.assert(
    fc.asyncProperty(damaged(sound), async (body) => {
      const { certificates } = await certificatesAnswering({ body });
      const anchors = await certificates.list('proj_a').catch(() => null);
      if (!anchors) return;
      const { data } = body as { data: Record<string, unknown>[] };
      expect(anchors.map(({ anchorId }) => anchorId)).toEqual([...new Set(data.map(({ id }) => id))]);
      for (const anchor of anchors) {
        const said = data.findLast(({ id }) => id === anchor.anchorId) ?? {};
        expect(anchor.active).toBe(said.active);
        expect(anchor.expiresAt).toBe((said.certificate_details as { expires_at: number }).expires_at);
      }
    }),
    { numRuns: 150 },
  );
});
