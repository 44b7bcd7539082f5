import { writeSync } from 'node:fs';

// Loaded before a command that is measured. At the end it writes what the whole process used, all threads
// included.
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ peakKilobytes: maxRSS, cpuMicroseconds: userCPUTime + systemCPUTime }));
});
