import { rawEntries, rawObject, rawObjects, rawText } from './raw-plan';
import type { PlannedInstance } from './planned-instance';

/**
 * Which existing resources have parts that are resources of their own: rules of a group, routes of a table. Such a
 * resource lists its parts among its blocks as the provider finds them, whoever wrote them; one without such parts has
 * blocks of its own only, those that dynamic blocks made among them, for which a plan has no expression.
 */
export class OwnParts {
  /** `security_group_id sg-1`: a resource names its whole by an argument that is called after the type of it. */
  private readonly named = new Set<string>();

  constructor(resourceChanges: unknown) {
    for (const { type, mode, change } of rawObjects(resourceChanges)) {
      // An association or attachment is no part: it joins two things.
      if (mode !== 'managed' || /_(?:association|attachment)$/.test(rawText(type))) continue;
      const { before, after } = rawObject(change);
      for (const [name, value] of [...rawEntries(before), ...rawEntries(after)]) {
        if (name.endsWith('_id') && typeof value === 'string') this.named.add(`${name} ${value}`);
      }
    }
  }

  /** Whether a resource has parts of its own; one without a known id is new and has none yet. */
  has({ type, values }: PlannedInstance): boolean {
    const argument = `${type.replace(/^[a-z0-9]+_(?:default_)?/, '')}_id`;
    return this.named.has(`${argument} ${rawText(values.id)}`);
  }
}
