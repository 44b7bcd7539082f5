import { Environment } from '@marcbachmann/cel-js';

/** What a filter may ask of a leaf (F16). What a leaf does not have is an empty text or list. */
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

/** Whether an anchor's filter lets a leaf in that a path leads from. */
export type Filter = (attributes: LeafAttributes) => boolean;

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

const known = new Map<string, Filter>();

/** Reads a CEL filter, the same one once; throws an `Error` that says what is wrong with it, as the console would. */
export function filterOf(text: string): Filter {
  const found = known.get(text) ?? read(text);
  known.set(text, found);
  return found;
}

function read(text: string): Filter {
  const parsed = language.parse(text);
  const { valid, type, error } = parsed.check();
  if (!valid) throw error ?? new Error('it is not valid');
  if (type !== 'bool') throw new Error(`it gives ${type}, and a filter gives true or false`);
  return (attributes) => {
    try {
      return parsed(attributes) === true;
    } catch {
      // What cannot be evaluated lets nobody in.
      return false;
    }
  };
}

/** What is wrong with a filter in one line, or null. */
export function filterProblem(text: string): string | null {
  try {
    filterOf(text);
    return null;
  } catch (error) {
    return String((error as Error).message).split('\n')[0] ?? '';
  }
}
