import * as fc from 'fast-check';

/**
 * Every property draws the same inputs on every run, so that a commit passes or fails for what it changed. Other inputs are
 * drawn with another seed: `FUZZ_SEED=7 npm test`.
 */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 1) });
