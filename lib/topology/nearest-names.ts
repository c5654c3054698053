/**
 * The names closest to a misspelt one, best first, at most three: names that hold it, names that share most of their
 * letters with it. Empty when nothing is close enough to be a slip.
 */
export function nearestNames(wanted: string, known: Iterable<string>): readonly string[] {
  const asked = wanted.toLowerCase();
  const scored: { name: string; distance: number }[] = [];
  for (const name of new Set(known)) {
    const distance = distanceOf(asked, name.toLowerCase());
    if (distance !== undefined) scored.push({ name, distance });
  }
  return scored
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Edits between the two, also against the last part of the name alone (`web` in `aws_instance.web`). */
function distanceOf(asked: string, name: string): number | undefined {
  const tail = /[^./:]*$/.exec(name)![0];
  const whole = editsBetween(asked, name);
  const part = tail === name ? whole : editsBetween(asked, tail);
  const best = Math.min(whole ?? Infinity, part === undefined ? Infinity : part + 0.5);
  if (best !== Infinity) return best;
  return asked.length >= 3 && name.includes(asked) ? asked.length : undefined;
}

/** Insertions, deletions and replacements that turn one text into the other; undefined beyond a third of the longer. */
function editsBetween(a: string, b: string): number | undefined {
  const limit = Math.max(1, Math.floor(Math.max(a.length, b.length) / 3));
  if (Math.abs(a.length - b.length) > limit) return undefined;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    if (Math.min(...next) > limit) return undefined;
    row = next;
  }
  return row[b.length]! <= limit ? row[b.length]! : undefined;
}
