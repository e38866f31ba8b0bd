const SECONDS_PER_MINUTE = 60;
const SECONDS_PER_HOUR = 3600;
const SECONDS_PER_DAY = 86_400;

/** The calendar repeats itself after 400 years. Its years are counted from March, so that a leap day comes last. */
const DAYS_PER_ERA = 146_097;
const DAYS_PER_CENTURY = 36_524;
const DAYS_PER_LEAP_CYCLE = 1461;
const DAYS_PER_YEAR = 365;

/** From 1 March of year 0 to 1 January 1970. */
const DAYS_BEFORE_1970 = 719_468;

/** 1 January 1970 was a Thursday. */
const WEEKDAY_OF_1970 = 4;

/** Of years counted from March. */
const MONTHS_BEFORE_JANUARY = 10;

/** Go counts time in 64 bits: what does not fit, NaN among it, becomes the time furthest from 1970. */
const UNREPRESENTABLE = 2 ** 63;

interface CivilDate {
  readonly year: number;
  /** From 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Whole seconds, towards zero. Unlike JavaScript's, Go's calendar has no end. */
function wholeSeconds(seconds: number): number {
  return Math.abs(seconds) < UNREPRESENTABLE ? Math.trunc(seconds) : UNREPRESENTABLE;
}

/** Neither negative nor negative zero. Unlike a division this is exact for all floats. */
function remainder(value: number, divisor: number): number {
  const rest = (value % divisor) + 0;
  return rest < 0 ? rest + divisor : rest;
}

function secondOfDay(seconds: number): number {
  return remainder(wholeSeconds(seconds), SECONDS_PER_DAY);
}

/** Days from 1 January 1970. */
function dayNumber(seconds: number): number {
  return (wholeSeconds(seconds) - secondOfDay(seconds)) / SECONDS_PER_DAY;
}

function dateOf(seconds: number): CivilDate {
  const days = dayNumber(seconds) + DAYS_BEFORE_1970;
  const dayOfEra = remainder(days, DAYS_PER_ERA);
  const era = (days - dayOfEra) / DAYS_PER_ERA;
  // The last century of an era and the last year of a cycle have a day more than the others.
  const century = Math.min(3, Math.floor(dayOfEra / DAYS_PER_CENTURY));
  const dayOfCentury = dayOfEra - century * DAYS_PER_CENTURY;
  const cycle = Math.floor(dayOfCentury / DAYS_PER_LEAP_CYCLE);
  const dayOfCycle = dayOfCentury - cycle * DAYS_PER_LEAP_CYCLE;
  const yearOfCycle = Math.min(3, Math.floor(dayOfCycle / DAYS_PER_YEAR));
  const dayOfYear = dayOfCycle - yearOfCycle * DAYS_PER_YEAR;
  // From March on, every five months have 153 days: 31, 30, 31, 30, 31.
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const isAfterDecember = month >= MONTHS_BEFORE_JANUARY;
  return {
    year: 400 * era + 100 * century + 4 * cycle + yearOfCycle + (isAfterDecember ? 1 : 0),
    month: isAfterDecember ? month - 9 : month + 3,
    day: dayOfYear - Math.floor((153 * month + 2) / 5) + 1,
  };
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : DAYS_IN_MONTH[month - 1];
}

function dayOfYear(seconds: number): number {
  const { year, month, day } = dateOf(seconds);
  let days = day;
  for (let before = 1; before < month; before++) days += daysInMonth(year, before);
  return days;
}

/** Parts of the UTC date of a time in Unix seconds, by the names of PromQL's functions. */
export const dateFunctions: Readonly<Record<string, (seconds: number) => number>> = {
  days_in_month: (seconds) => {
    const { year, month } = dateOf(seconds);
    return daysInMonth(year, month);
  },
  day_of_month: (seconds) => dateOf(seconds).day,
  day_of_week: (seconds) => remainder(dayNumber(seconds) + WEEKDAY_OF_1970, 7),
  day_of_year: dayOfYear,
  hour: (seconds) => Math.floor(secondOfDay(seconds) / SECONDS_PER_HOUR),
  minute: (seconds) => Math.floor((secondOfDay(seconds) % SECONDS_PER_HOUR) / SECONDS_PER_MINUTE),
  month: (seconds) => dateOf(seconds).month,
  year: (seconds) => dateOf(seconds).year,
};
