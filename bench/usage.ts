import { writeSync } from 'node:fs';

// Loaded before a command that is measured: says in the end what the whole process took, all its threads included.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ peakKilobytes: maxRSS, cpuMicroseconds: userCPUTime + systemCPUTime }));
});
