#!/usr/bin/env node
// This file is plain JavaScript, like `demand-node.js`. With an older Node it prints one line; that Node could not
// even read a `.ts` file.
import './demand-node.js';

await import('./command-line.ts');
