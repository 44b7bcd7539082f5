import { Environment } from '@marcbachmann/cel-js';

/** What CEL may ask about a leaf (F16, F17). What a leaf lacks is an empty text or list. */
export type LeafAttributes = {
  subject: {
    common_name: string;
    organization: string;
    organizational_units: string[];
    country: string;
    state: string;
    locality: string;
    serial_number: string;
  };
  sans: { dns: string[]; uri: string[]; email: string[] };
};

const list = 'list<string>';
const language = new Environment()
  .registerVariable('subject', {
    schema: {
      common_name: 'string',
      organization: 'string',
      organizational_units: list,
      country: 'string',
      state: 'string',
      locality: 'string',
      serial_number: 'string',
    },
  })
  .registerVariable('sans', { schema: { dns: list, uri: list, email: list } });

/** Evaluates one CEL text on a leaf; undefined where it cannot be evaluated. */
export type LeafExpression = (attributes: LeafAttributes) => unknown;

/**
 * Reads a CEL text that has to give a type. Throws an `Error` that says what is wrong
 * with it, as the console would.
 */
export function readExpression(text: string, wanted: 'bool' | 'string', what: string): LeafExpression {
  const parsed = language.parse(text);
  const { valid, type, error } = parsed.check();
  if (!valid) throw error ?? new Error('it is not valid');
  if (type !== wanted) throw new Error(`it gives ${type}, and ${what}`);
  return (attributes) => {
    try {
      return parsed(attributes);
    } catch {
      return undefined;
    }
  };
}
