import { NetproofError } from '../addressing/netproof-error';
import type { Invocation, Option } from './command';
import { textOf } from './input-options';

export const todayOption: Option = {
  type: 'string',
  value: 'DAY',
  help: 'judge waivers as on this day: 2027-01-31 (default: today, UTC)',
};

/** The day on which waivers are judged. Throws InvalidOption. */
export function dayOf(values: Invocation['values']): string {
  const day = textOf(values, 'today');
  if (day === undefined) return new Date().toISOString().slice(0, 10);
  const read = new Date(`${day}T00:00:00Z`);
  if (/^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day))
    return day;
  throw new NetproofError('InvalidOption', `--today ${day} is no day. Write it as 2027-01-31.`);
}
