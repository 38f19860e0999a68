/**
 * Reciprocal rank fusion of Cormack, Clarke and Büttcher (SIGIR 2009): score = sum of 1 / (60 + rank).
 * 60 is their value; ranks start at 1.
 */
export const RECIPROCAL_RANK_K = 60;
