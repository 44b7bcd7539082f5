// This file is plain JavaScript that every Node reads. It runs before the first `.ts` file, which an older Node
// cannot read.
if (!process.features.typescript) {
  console.error(
    `windlass: Node ${process.versions.node} runs this, and it takes 24. npx windlass and npm run take the one that npm ci brings; where install scripts are off it brings none: run npm rebuild node --ignore-scripts=false, or install Node 24`,
  );
  process.exit(2);
}
