/** A page of several parts, each under a heading of the second level. */

/** The part of a page that begins with this heading, up to the next one of its level. */
export function partOf(page: string, heading: string): string | undefined {
  const start = page.search(new RegExp(`^${heading}$`, 'm'));
  if (start < 0) return undefined;
  const next = page.slice(start + heading.length).search(/^## /m);
  return next < 0 ? page.slice(start) : page.slice(start, start + heading.length + next);
}

/** The page with this part in place of the one of the same heading, or at its end. */
export function withPart(page: string, part: string): string {
  const heading = part.split('\n', 1)[0]!;
  const before = partOf(page, heading);
  if (before === undefined) return `${page.trimEnd()}\n\n${part}`;
  return page.replace(before, () => (page.endsWith(before) ? part : `${part}\n`));
}
