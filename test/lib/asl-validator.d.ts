declare module 'asl-validator' {
  /** Checks a definition against the Amazon States Language; adds the default query language to it while it reads. */
  export default function validate(definition: object): { isValid: boolean; errorsText(): string };
}
