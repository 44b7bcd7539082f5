import { expect, it } from 'vitest';
import { resolveDefinition } from '../../../lib/definition.ts';
import { configuration, synthesized } from '../synthesized.ts';
import { placed } from './walk.ts';

it('I16: no Map handles more scopes at once than Lambda reserves executions for, an emergency neither', () => {
  // cdk.json refuses this by name: "scopes that are handled at once would be throttled".
  const reserved = configuration.organizations.acme?.reservedConcurrency ?? Number.POSITIVE_INFINITY;
  const { definition } = resolveDefinition(synthesized().templateOf('acme'));
  const distributed = placed(definition).flatMap(({ name, state }) => {
    const { MaxConcurrency, ItemProcessor } = state as {
      MaxConcurrency?: number;
      ItemProcessor?: { ProcessorConfig?: { Mode?: string } };
    };
    return ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED' ? [{ name, atOnce: MaxConcurrency }] : [];
  });
  expect(distributed).toHaveLength(3);
  expect(distributed.filter(({ atOnce = Number.POSITIVE_INFINITY }) => atOnce > reserved)).toEqual([]);
});
