import { isDeepStrictEqual } from 'node:util';
import { StateFailure } from './state-failure.ts';

type Intrinsic = (...given: unknown[]) => unknown;

/** The intrinsic functions of the Amazon States Language that the machine uses, and some related ones. */
export const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Format(template, ...values) {
    const parts = text(template).split('{}');
    demand(parts.length === values.length + 1, `${values.length} values for ${parts.length - 1} {}`);
    demand(!values.some((value) => Object(value) === value), 'an object or a list cannot be formatted');
    return parts.map((part, i) => (i === 0 ? part : `${values[i - 1]}${part}`)).join('');
  },
  JsonToString: (value) => JSON.stringify(value),
  StringToJson(json) {
    try {
      return JSON.parse(text(json));
    } catch {
      throw new StateFailure('States.IntrinsicFailure', 'the text is not JSON');
    }
  },
  Array: (...values) => values,
  ArrayLength: (array) => list(array).length,
  ArrayContains: (array, value) => list(array).some((entry) => isDeepStrictEqual(entry, value)),
  ArrayGetItem(array, index) {
    const item = list(array)[Number(index)];
    demand(item !== undefined, `the list has no item ${index}`);
    return item;
  },
  ArrayPartition(array, size) {
    const [all, most] = [list(array), Number(size)];
    demand(Number.isInteger(most) && most > 0, `${size} is no size of a part`);
    return Array.from({ length: Math.ceil(all.length / most) }, (_, i) =>
      all.slice(i * most, (i + 1) * most),
    );
  },
};

function demand(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new StateFailure('States.IntrinsicFailure', otherwise);
}

function text(value: unknown): string {
  demand(typeof value === 'string', 'what has to be a string is none');
  return value;
}

function list(value: unknown): unknown[] {
  demand(Array.isArray(value), 'what has to be a list is none');
  return value;
}
