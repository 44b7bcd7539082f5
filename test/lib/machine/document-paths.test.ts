import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  documentSchema,
  haltSchema,
  judgementSchema,
  scopeDocumentSchema,
  verificationSchema,
} from '../../../lambdas/domain/document.ts';
import { carriedWaveSchema } from '../../../lambdas/domain/plan-document/wave.ts';
import { modes } from '../../../lambdas/domain/request.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { synthesized } from '../synthesized.ts';
import { pathsIn, placed } from './walk.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));

/** What each iteration over the waves carries, and what its judgement adds. */
const wave = scopeDocumentSchema
  .pick({ execution: true, evidence: true, lease: true, halt: true, clients: true })
  .extend({
    mode: z.enum(modes),
    wave: carriedWaveSchema,
    judgement: judgementSchema,
  });
const scope = scopeDocumentSchema.extend({
  mode: z.enum(modes),
  begin: z.object({
    ...{ begins: z.boolean(), anyHalted: z.boolean(), inShards: z.boolean() },
    ...{ looksFirst: z.boolean(), settled: z.boolean() },
    beforehand: verificationSchema,
    halt: haltSchema,
  }),
  undoHalt: haltSchema,
  promotionHalt: haltSchema,
});
// By the depth of Map states: the document, one of its waves, one scope of the wave, and one shard of the
// scope's clients.
const schemas = [documentSchema, wave, scope, scope].map(
  (schema) => z.toJSONSchema(schema, { io: 'input' }) as Schema,
);

/** Returns the steps of a path: a key, or a way into a list, which may name the key that it filters by. */
const stepsOf = (path: string): string[] => path.match(/\.\w+|\[[^\]]*\]/g) ?? [];

type Schema = { properties?: Record<string, Schema>; items?: Schema };

function leads({ properties = {}, items }: Schema, [step, ...rest]: string[]): boolean {
  if (step === undefined) return true;
  if (step.startsWith('.')) {
    const inner = properties[step.slice(1)];
    return inner !== undefined && leads(inner, rest);
  }
  const by = /@\.(\w+)/.exec(step)?.[1];
  return items !== undefined && (by === undefined || leads(items, [`.${by}`])) && leads(items, rest);
}

const used = placed(definition).flatMap(({ name, state, depth }) =>
  pathsIn(state)
    .filter(({ path }) => path !== '$' && !path.startsWith('$$'))
    .map(({ field, path }) => ({ name, field, path, depth })),
);

describe('every path', () => {
  it.each(used)('$name: $field $path is in the document', ({ path, depth }) => {
    expect(leads(schemas[depth] ?? {}, stepsOf(path))).toBe(true);
  });

  it('would be missed if it were misspelt, within an intrinsic function too', () => {
    const inWave = schemas[1] ?? {};
    for (const path of ['$.waves.list.key', '$.wave.list.keys', '$.judgement[*].anyHalted'])
      expect(leads(inWave, stepsOf(path)), path).toBe(false);
    const format = "States.Format('{}; {}', $.halt.Cause, $.undo.summary)";
    expect(pathsIn({ 'cause.$': format }).map(({ path }) => path)).toEqual([
      '$.halt.Cause',
      '$.undo.summary',
    ]);
  });
});
