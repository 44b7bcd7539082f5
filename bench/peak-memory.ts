import { writeSync } from 'node:fs';

// Loaded before a command that is measured: says in the end how much memory the whole process took at its peak.
process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));
