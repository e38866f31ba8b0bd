/** The warning of an answer that has less than there is, because its request said so. */
export const TRUNCATED = 'results truncated due to limit';
