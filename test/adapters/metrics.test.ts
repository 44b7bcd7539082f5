import { afterEach, expect, test, vi } from 'vitest';
import { emit, loggedMetrics, metricsFromEnvironment } from '../../lambdas/adapters/aws/metrics.ts';

afterEach(() => void vi.restoreAllMocks());

/** Returns what is written to the standard output, where CloudWatch reads metrics. */
const listen = () => {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  return lines;
};

test('are one line of the log, in the form that CloudWatch reads, with the organization as the only dimension', () => {
  const lines = listen();
  const metrics = loggedMetrics(() => 'acme');
  metrics.emit([
    { name: 'BlockedAnchors', value: 2 },
    { name: 'DaysToFirstExpiry', value: -0.5 },
  ]);
  metrics.emit([{ name: 'SecondsSinceSuccess', value: 86_400 }]);
  const [first, second] = lines.map((line) => JSON.parse(line));
  expect(first).toEqual({
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Windlass',
          Dimensions: [['organization']],
          Metrics: [
            { Name: 'BlockedAnchors', Unit: 'Count' },
            { Name: 'DaysToFirstExpiry', Unit: 'None' },
          ],
        },
      ],
    },
    organization: 'acme',
    BlockedAnchors: 2,
    DaysToFirstExpiry: -0.5,
  });
  expect(second).toMatchObject({ organization: 'acme', SecondsSinceSuccess: 86_400 });
  expect(second).not.toHaveProperty('BlockedAnchors');
});

test('fail nobody where the environment does not say whose they are, or what they measure is not to be had', async () => {
  const lines = listen();
  await emit(metricsFromEnvironment(), () => [{ name: 'Warnings', value: 0 }]);
  await emit(
    loggedMetrics(() => 'acme'),
    async () => {
      throw new Error('the table did not answer');
    },
  );
  expect(lines).toEqual([]);
});
