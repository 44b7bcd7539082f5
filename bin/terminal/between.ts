import { InvalidArgumentError } from 'commander';

/** Reads an option's whole number within bounds. */
export const between = (least: number, most: number) => (text: string) => {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It is not a whole number from ${least} to ${most}.`);
};
