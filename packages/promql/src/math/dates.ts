const MS_PER_SECOND = 1000;

/** Go's calendar goes on where JavaScript's ends: beyond 100 million days from 1970 there is no date here. */
function dateOf(seconds: number): Date {
  return new Date(Math.trunc(seconds) * MS_PER_SECOND);
}

function daysInMonth(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

function dayOfYear(date: Date): number {
  const start = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - start) / (24 * 60 * 60 * MS_PER_SECOND)) + 1;
}

function ofDate(read: (date: Date) => number): (seconds: number) => number {
  return (seconds) => read(dateOf(seconds));
}

/** Parts of the UTC date of a time in Unix seconds, by the names of PromQL's functions. */
export const dateFunctions: Readonly<Record<string, (seconds: number) => number>> = {
  days_in_month: ofDate(daysInMonth),
  day_of_month: ofDate((date) => date.getUTCDate()),
  day_of_week: ofDate((date) => date.getUTCDay()),
  day_of_year: ofDate(dayOfYear),
  hour: ofDate((date) => date.getUTCHours()),
  minute: ofDate((date) => date.getUTCMinutes()),
  month: ofDate((date) => date.getUTCMonth() + 1),
  year: ofDate((date) => date.getUTCFullYear()),
};
