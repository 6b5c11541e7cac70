/** Trading days in a year, the annual factor of every daily statistic here. */
export const DAYS_PER_YEAR = 252;
