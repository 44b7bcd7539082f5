declare module 'asl-validator' {
  /**
   * Checks a definition against the Amazon States Language. While it reads, it adds the default query
   * language to the definition.
   */
  export default function validate(definition: object): { isValid: boolean; errorsText(): string };
}
