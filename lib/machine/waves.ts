import { Duration } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  DistributedMap,
  Fail,
  type IChainable,
  JsonPath,
  Map as MapState,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Phase } from '../../lambdas/domain/manifest.ts';
import { listReader } from '../manifests.ts';
import { childBuilder, type EndsWith, type Sentences } from './child.ts';
import { type JudgementNames, judgeTheWave } from './judgement.ts';
import { inDocument, inWave, mapItem } from './paths.ts';
import type { TaskBuilder } from './task.ts';

/** One phase, and the names of the states that take it through its waves. */
export type PhaseStates = {
  phase: Phase;
  /** The noun in the names of the states of a scope's own execution. */
  what: (typeof nouns)[number];
  /** The earlier phase in which the scope must have ended well. */
  after?: Phase;
  names: { waves: string; open: string; notOpen: string; scopes: string } & JudgementNames;
  /** Whether the next wave may begin when a few scopes halted (rule 4). */
  tolerant: boolean;
};

/** How one phase goes through its waves: what each scope does, and where a halt goes. */
type Phased = PhaseStates & {
  sentence: (ends: EndsWith) => Sentences;
  /** How many scopes are handled at the same time. */
  atOnce: number;
  resultPath: string;
  caughtBy: IChainable;
  /** Errors that go to another state than `caughtBy`. */
  apart?: { errors: readonly string[]; by: IChainable };
};

/** For each phase, the noun in its states' names, from which the label of its executions is made. */
const nouns = ['the overlap', 'the cut', 'the whole way'] as const;
const labelOf = (noun: (typeof nouns)[number]): string => noun.replaceAll(' ', '-');

/** The label of each distributed Map, which is part of its children's ARNs. */
export const LABELS = nouns.map(labelOf);

/**
 * Builds the states that take the scopes of a plan through one phase: wave by wave, and within a wave as many
 * at once as allowed.
 */
export function waveBuilder(scope: Construct, task: TaskBuilder, bucket: Bucket) {
  const { at, read, carry } = inDocument;
  const child = childBuilder(scope, task);

  /**
   * Runs every scope of one wave in an execution of its own, for any number of scopes (I18). The list is in
   * S3, the verdicts in the table.
   */
  const scopeByScope = ({ names, what, sentence, atOnce, ...phased }: Phased): DistributedMap =>
    new DistributedMap(scope, names.scopes, {
      label: labelOf(what),
      mapExecutionType: StateMachineType.STANDARD,
      itemReader: listReader(bucket),
      itemSelector: {
        ...inWave.carry('execution', 'evidence', 'lease', 'clients'),
        mode: inWave.read('mode'),
        plan: mapItem(),
      },
      maxConcurrency: atOnce,
      // A lower threshold, also the default one, would end scopes between a cut and its undo. Judge counts
      // the verdicts instead.
      toleratedFailurePercentage: 100,
      resultPath: JsonPath.DISCARD,
    })
      .itemProcessor(child(what, phased, sentence))
      .addRetry({ errors: ['States.ItemReaderFailed'], interval: Duration.seconds(10), maxAttempts: 6 });

  /** Runs one wave after the other. The next wave begins when this one has gone well enough. */
  return (phased: Phased): MapState => {
    const { names, resultPath, caughtBy, apart } = phased;
    const notOpen = new Fail(scope, names.notOpen, {
      errorPath: inWave.at('halt.Error'),
      causePath: inWave.at('halt.Cause'),
    });
    const open = task(names.open, 'open-wave', {
      payload: inWave.carry('wave'),
      resultPath: JsonPath.DISCARD,
      caught: { by: notOpen, path: inWave.at('halt') },
    });
    const oneWave = open.next(scopeByScope(phased)).next(judgeTheWave(scope, task, phased));
    const waves = new MapState(scope, names.waves, {
      itemsPath: at('plan.waves'),
      itemSelector: {
        ...carry('execution'),
        evidence: read('plan.evidence'),
        lease: read('plan.lease'),
        mode: read('plan.mode'),
        clients: read('plan.clients'),
        wave: mapItem(),
      },
      maxConcurrency: 1,
      resultPath,
    }).itemProcessor(oneWave);
    if (apart) waves.addCatch(apart.by, { errors: [...apart.errors], resultPath: at('halt') });
    return waves.addCatch(caughtBy, { resultPath: at('halt') });
  };
}
