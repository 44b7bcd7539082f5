import { runExecution } from '../rehearsal/execution/run-execution.ts';
import type { Engine } from './engine.ts';

/** The one interpreter that rehearsal, storm and exhaustive run have. */
export const interpreter: Engine = {
  name: 'interpreter',
  async run({ environment, ...asked }) {
    const { end } = await runExecution(environment, { ...asked, tell: () => {} });
    return { error: end.error, cause: end.cause };
  },
  close: async () => {},
};
