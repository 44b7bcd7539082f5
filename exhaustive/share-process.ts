import { type Asked, runShare } from './share.ts';

/** Runs one share of the points in a process of its own. */
const asked = JSON.parse(process.argv[2] ?? '') as Asked;
await runShare(asked, (told) => process.send?.(told));
process.disconnect();
