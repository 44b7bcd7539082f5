import { runExecution } from '../rehearsal/execution/run-execution.ts';
import type { Engine } from './engine.ts';

/** The interpreter that rehearsal, storm and exhaustive run use. */
export const interpreter: Engine = {
  name: 'interpreter',
  async run({ environment, ...asked }) {
    const { end } = await runExecution(environment, { ...asked, tell: () => {} });
    return { error: end.error, cause: end.cause };
  },
  close: async () => {},
};
