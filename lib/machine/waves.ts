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

/** One phase, and the states that take it through its waves by their names. */
export type PhaseStates = {
  phase: Phase;
  /** The noun that the states of a scope's own execution are named by. */
  what: (typeof nouns)[number];
  /** The phase that a scope has to have done well in before. */
  after?: Phase;
  names: { waves: string; open: string; notOpen: string; scopes: string } & JudgementNames;
  /** Whether a few that halt let the next wave begin (rule 4). */
  tolerant: boolean;
};

/** What takes one phase through its waves: what each scope does, and where a halt goes. */
type Phased = PhaseStates & {
  sentence: (ends: EndsWith) => Sentences;
  /** Scopes that are handled at the same time. */
  atOnce: number;
  resultPath: string;
  caughtBy: IChainable;
  /** What goes elsewhere than the rest of what is caught. */
  apart?: { errors: readonly string[]; by: IChainable };
};

/** What the scopes of each phase are told by, the noun of their states' names and the label of their executions. */
const nouns = ['the overlap', 'the cut', 'the whole way'] as const;
const labelOf = (noun: (typeof nouns)[number]): string => noun.replaceAll(' ', '-');

/** The label of each distributed Map, which is part of its children's ARNs. */
export const LABELS = nouns.map(labelOf);

/** Builds the states that take the scopes of a plan through one phase: wave by wave, and within a wave as many as allowed. */
export function waveBuilder(scope: Construct, task: TaskBuilder, bucket: Bucket) {
  const { at, read, carry } = inDocument;
  const child = childBuilder(scope, task);

  /** Every scope of one wave, each in an execution of its own, whatever their number (I18): list in S3, verdicts in the table. */
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
      // A lower one, also the default, would end scopes between a cut and its undo. Judge counts the verdicts instead.
      toleratedFailurePercentage: 100,
      resultPath: JsonPath.DISCARD,
    })
      .itemProcessor(child(what, phased, sentence))
      .addRetry({ errors: ['States.ItemReaderFailed'], interval: Duration.seconds(10), maxAttempts: 6 });

  /** One wave after the other: the next one starts where this one has gone well enough. */
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
