import { rawEntries, rawObject, rawObjects, rawText, type RawObject } from './raw-plan';
import type { PlannedInstance } from './planned-instance';

/**
 * Which existing resources have parts that are resources of their own: rules of a group, routes of a table. Such a
 * resource lists its parts among its blocks as the provider finds them, whoever wrote them; one without such parts has
 * blocks of its own only, those that dynamic blocks made among them, for which a plan has no expression.
 */
export class OwnParts {
  /** `security_group_id sg-1`: a resource names its whole by an argument that is called after the type of it. */
  private readonly named = new Map<string, Set<Side>>();

  constructor(resourceChanges: unknown) {
    for (const { type, mode, change } of rawObjects(resourceChanges)) {
      // An association or attachment is no part: it joins two things.
      if (mode !== 'managed' || /_(?:association|attachment)$/.test(rawText(type))) continue;
      const { before, after } = rawObject(change);
      for (const part of [rawObject(before), rawObject(after)]) {
        for (const [name, value] of rawEntries(part)) {
          if (!name.endsWith('_id') || typeof value !== 'string') continue;
          const key = `${name} ${value}`;
          this.named.set(key, (this.named.get(key) ?? new Set()).add(sideOf(rawText(type), part)));
        }
      }
    }
  }

  /** Whether blocks of this name may be parts of their own; a resource without a known id is new and has none yet. */
  has({ type, values }: PlannedInstance, block: string): boolean {
    const argument = `${type.replace(/^[a-z0-9]+_(?:default_)?/, '')}_id`;
    const sides = this.named.get(`${argument} ${rawText(values.id)}`) ?? new Set<Side>();
    const isSide = block === 'ingress' || block === 'egress';
    return sides.has('any') || (isSide ? sides.has(block) : sides.size > 0);
  }
}

/** A rule says of which side it is, and does not stand among the blocks of the other. */
type Side = 'ingress' | 'egress' | 'any';

function sideOf(type: string, part: RawObject): Side {
  const said = part.type ?? /_(ingress|egress)_rule$/.exec(type)?.[1];
  if (said === 'ingress' || said === 'egress') return said;
  if (typeof part.egress === 'boolean') return part.egress ? 'egress' : 'ingress';
  return 'any';
}
