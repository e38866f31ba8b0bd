/** Weight (see `ReportWriter`) at which a report is cut: reading one part holds the primary for about a millisecond. */
export const MAX_PART_WEIGHT = 65_536;

/** Elements that any list in a message may have. */
export const MAX_LIST_LENGTH = 20_000;

/** Characters that any name, help text or label value in a message may have; longer ones are cut before they are sent. */
export const MAX_TEXT_LENGTH = 16_384;

/** Characters of an exposition that go into one message. */
export const MAX_TOTALS_PART_LENGTH = 65_536;

/** Lines that the metrics of one process may have in the totals. */
export const MAX_LINES_PER_PROCESS = 200_000;

/** Metrics that one process may have in the totals. */
export const MAX_METRICS_PER_PROCESS = 10_000;

/** Lines of one metric that only workers which are gone have counted in. */
export const MAX_LINES_LEFT_BEHIND = 50_000;
