import * as fc from 'fast-check';

/**
 * Every property draws the same inputs on every run, so a commit passes or fails only because of its own
 * changes. Another seed draws other inputs: `FUZZ_SEED=7 npm test`.
 */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 1) });
