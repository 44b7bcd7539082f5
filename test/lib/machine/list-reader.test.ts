import { expect, it } from 'vitest';
import { resolveDefinition } from '../../../lib/definition.ts';
import { synthesized } from '../synthesized.ts';
import { placed } from './walk.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));
const readers = placed(definition).filter(({ state }) => state.ItemReader !== undefined);

it('reads the list of each wave in a Map of its own', () => {
  expect(readers.map(({ name }) => name)).toEqual([
    'Activate scope by scope',
    'Deactivate scope by scope',
    'At once',
  ]);
});

it.each(readers)(
  'I11: $name asks again for a list that S3 does not give: minutes of that end no run',
  ({ state }) => {
    expect(state.Retry).toEqual([
      expect.objectContaining({
        ErrorEquals: ['States.ItemReaderFailed'],
        IntervalSeconds: 10,
        MaxAttempts: 6,
      }),
    ]);
  },
);
