/** Whether the caller of a call that something befell was told nothing. */
export const isFailure = (fault: string): boolean => !/meanwhile|ambush|asks again|is stopped/.test(fault);
