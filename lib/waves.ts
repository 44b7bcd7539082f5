import { type IChainable, Map as MapState } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { inDocument, inWave, mapItem } from './paths.ts';

/** Builds the Map states that take a sentence through the plan: wave by wave, and within a wave scope by scope. */
export function waveBuilder(scope: Construct, concurrency: number) {
  const { at, read, carry } = inDocument;

  /** Every scope of one wave, as many at once as the policy allows. */
  const scopeByScope = (
    name: string,
    sentence: IChainable,
    resultPath: string,
    atOnce = concurrency,
  ): MapState =>
    new MapState(scope, name, {
      itemsPath: inWave.at('wave.scopes'),
      itemSelector: { ...inWave.carry('execution', 'evidence', 'lease'), plan: mapItem() },
      maxConcurrency: atOnce,
      resultPath,
    }).itemProcessor(sentence);

  /** One wave after the other: the next one starts when this one has gone well in every scope. */
  const waveByWave = (
    name: string,
    scopes: IChainable,
    { resultPath, caughtBy }: { resultPath: string; caughtBy: IChainable },
  ): MapState =>
    new MapState(scope, name, {
      itemsPath: at('plan.waves'),
      itemSelector: {
        ...carry('execution'),
        evidence: read('plan.evidence'),
        lease: read('plan.lease'),
        wave: mapItem(),
      },
      maxConcurrency: 1,
      resultPath,
    })
      .itemProcessor(scopes)
      .addCatch(caughtBy, { resultPath: at('halt') });

  return { scopeByScope, waveByWave };
}
