/** Whether a fault left the caller of its call without the answer. */
export const isFailure = (fault: string): boolean => !/meanwhile|ambush|asks again|is stopped/.test(fault);
