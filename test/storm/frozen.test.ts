import { expect, it } from 'vitest';
import { chanceAt } from '../../simulation/chance/chance.ts';
import { createFrozen } from '../../storm/stops/frozen.ts';

const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const [freezing = 0] = seeds.filter((seed) => chanceAt(seed, 'frozen functions').happens(0.06));
const [steady = 0] = seeds.filter((seed) => !chanceAt(seed, 'frozen functions').happens(0.06));
const invocation = { id: 1, address: 'run#1/Plan/#1', step: 'plan' };

it('what a function had not waited for goes on during a later call of that function', async () => {
  const frozen = createFrozen(freezing);
  expect(frozen.thawed(invocation)).toBeNull();
  frozen.answered(invocation);
  let goesOn = false;
  const thawed = frozen.thawed(invocation)?.then(() => {
    goesOn = true;
  });
  for (let calls = 0; calls < 20; calls++) frozen.called('deactivate');
  await Promise.resolve();
  expect(goesOn).toBe(false);
  frozen.called('plan');
  await thawed;
  expect(goesOn).toBe(true);
});

it('in most seeds it goes on at once', () => {
  const frozen = createFrozen(steady);
  frozen.answered(invocation);
  expect(frozen.thawed(invocation)).toBeNull();
});
