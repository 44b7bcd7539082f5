// The CDK prints nothing while the app runs, which may take half a minute. This file is imported before the app, and
// prints a line after 2, 4, 8 … seconds.
const begun = Date.now();
let next = 2;

setInterval(() => {
  const seconds = Math.round((Date.now() - begun) / 1000);
  if (seconds < next) return;
  next = 2 * seconds;
  console.error(`… making the stacks and checking them, ${seconds} s`);
}, 250).unref();
