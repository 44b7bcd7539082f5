#!/usr/bin/env node
// Plain JavaScript, as `demand-node.js` is: an older Node says one line here, and could not even read a `.ts` file.
import './demand-node.js';

await import('./command-line.ts');
