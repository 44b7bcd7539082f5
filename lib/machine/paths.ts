import { JsonPath } from 'aws-cdk-lib/aws-stepfunctions';
import type { Document, Judgement, ScopeDocument } from '../../lambdas/domain/document.ts';
import type { CarriedWave } from '../../lambdas/domain/plan-document/wave.ts';
import type { Mode } from '../../lambdas/domain/request.ts';

/** Every dotted path into `T`. A path ends at an array, since a Map state walks it. */
type PathOf<T> = T extends readonly unknown[]
  ? never
  : T extends object
    ? { [K in keyof T & string]-?: K | `${K}.${PathOf<NonNullable<T[K]>>}` }[keyof T & string]
    : never;

/** The error that a Catch writes. */
type Halt = { Error: string; Cause: string };

/** What each iteration over the waves carries. */
type WaveDocument = Pick<ScopeDocument, 'execution' | 'evidence' | 'lease' | 'clients'> & {
  mode: Mode;
  wave: CarriedWave;
  judgement: Judgement;
  halt: Halt;
};

/** JSONPaths into one document type. A misspelt path does not compile. */
function pathsOf<T>() {
  /** The path itself, for fields such as ResultPath. */
  const at = (path: PathOf<T>): string => `$.${path}`;
  /** The value at a path, for payloads and item selectors. */
  const read = (path: PathOf<T>) => JsonPath.objectAt(at(path));
  /** Whole keys of the document, passed on under their own names. */
  const carry = (...keys: (keyof T & PathOf<T>)[]) => Object.fromEntries(keys.map((key) => [key, read(key)]));
  return { at, read, carry };
}

/** Paths of the document that one execution carries. */
export const inDocument = pathsOf<Document>();

/** Paths within one wave. */
export const inWave = pathsOf<WaveDocument>();

/** Paths within one scope of one wave. */
export const inScope = pathsOf<
  ScopeDocument & {
    mode: Mode;
    begin: {
      begins: boolean;
      anyHalted: boolean;
      inShards: boolean;
      looksFirst: boolean;
      beforehand?: object;
      settled?: boolean;
      halt?: Halt;
    };
    undoHalt: Halt;
    promotionHalt: Halt;
  }
>();

/**
 * The execution's input. It is not part of the document: a request with thousands of names would leave no
 * room for a plan in a state (Step Functions), and no Catch sees that error.
 */
export const theRequest = () => JsonPath.objectAt('$$.Execution.Input');

/** The item that a Map state gives to its iteration. Only an item selector may use it. */
export const mapItem = () => JsonPath.objectAt('$$.Map.Item.Value');
