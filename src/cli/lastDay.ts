import { UsageError } from './usage';

/** The end of the day that `--until` names, where the user is, as ISO UTC; null for none. */
export function endOfDay(day: string | undefined, now: Date): string | null {
  if (day === undefined) return null;
  const end = /^\d{4}-\d\d-\d\d$/.test(day) ? new Date(`${day}T23:59:59.999`) : undefined;
  // What is no day of the calendar, such as the 31st of February, becomes another one.
  const isDay = end && !Number.isNaN(end.getTime()) && end.getDate() === Number(day.slice(8));
  if (!isDay) throw new UsageError(`--until ${day} is no day, such as 2030-01-31`);
  if (end.getTime() <= now.getTime()) throw new UsageError(`--until ${day} is over already`);
  return end.toISOString();
}
