import { isUnknown } from '../readers/attributes';
import { perContainer } from './docker-privileges';
import { cisDocker, type LintRule } from './rule';
import type { LintedContainer, LintSubject } from './subject';

/** Rules about how a container is kept running, and from what. */
export const upkeepRules: readonly LintRule[] = [
  perContainer(
    {
      id: 'docker-no-health-check',
      severity: 'warning',
      title: 'Containers have a health check',
      why: 'Without one Docker takes a process that hangs for a healthy one, and Terraform cannot wait for it.',
      fix: 'Add a healthcheck block. Where the image has one of its own, waive the rule and say so.',
      cis: cisDocker('5.27'),
    },
    (container) => {
      const { resource } = container;
      // What runs once and ends has nothing that could be asked.
      if (resource.flag('must_run') === false) return [];
      const { items, unknowns } = resource.blocks('healthcheck');
      if (
        items.some((item) => item.items('test').items.length > 0 || item.items('test').unknowns.length > 0)
      ) {
        return [];
      }
      return unknowns.length === 0
        ? [container.breaks('has no health check', 'healthcheck')]
        : [container.doubt('perhaps has no health check', 'healthcheck', ...unknowns)];
    },
  ),
  perContainer(
    {
      id: 'docker-no-memory-limit',
      severity: 'warning',
      title: 'Containers have a limit of memory',
      why: 'One container without a limit can take the memory of all others, and of the host.',
      fix: 'Set memory and memory_swap, in MB, to the same number.',
      cis: cisDocker('5.11'),
    },
    (container) => {
      const memory = container.resource.number('memory');
      if (isUnknown(memory)) return [container.doubt('perhaps has no limit of memory', 'memory', memory)];
      return memory === undefined || memory <= 0
        ? [container.breaks('has no limit of memory', 'memory')]
        : [];
    },
  ),
  {
    id: 'docker-image-moves',
    severity: 'warning',
    title: 'Images are named with a tag that does not move',
    why: 'latest, or no tag, is another image tomorrow: what was proven today is not what runs then.',
    fix: 'Name a version, or better a digest: nginx@sha256:...',
    *check(subject) {
      for (const container of subject.containers) {
        const image = imageOf(container, subject);
        if (image === undefined) continue;
        const tag = tagOf(image);
        if (tag === undefined) yield container.breaks(`runs ${image}, which names no version`, 'image');
        else if (tag === 'latest') yield container.breaks(`runs ${image}, which moves`, 'image');
      }
    },
  },
];

/** The image as it is named; undefined when it is built here, named by its id, or known to apply alone. */
function imageOf({ resource }: LintedContainer, { estate }: LintSubject): string | undefined {
  const named = estate.named(resource.written('image'), 'docker_image', resource.alias, resource, 'image');
  if (named.kind === 'unknown') return undefined;
  if (named.kind === 'resource') {
    return named.resource.has('build') ? undefined : named.resource.label('name');
  }
  const text = resource.label('image');
  return text === undefined || /^sha256:|^[0-9a-f]{64}$/.test(text) ? undefined : text;
}

/** The tag, or the digest where there is one; undefined without either. */
function tagOf(image: string): string | undefined {
  const [name = '', digest] = image.split('@');
  if (digest !== undefined) return digest;
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.includes(':') ? last.slice(last.indexOf(':') + 1) : undefined;
}
