import { type Attributes, isUnknown } from '../readers/attributes';
import { cisDocker, type LintRule, type Observation } from './rule';
import type { LintedContainer } from './subject';

/** Rules about what a container may do to its host. */
export const privilegeRules: readonly LintRule[] = [
  perContainer(
    {
      id: 'docker-privileged',
      severity: 'error',
      title: 'Containers are not privileged',
      why: 'A privileged container has all capabilities and all devices: it is root on the host, whatever its networks.',
      fix: 'Leave privileged out, and add the one capability or device that is needed.',
      cis: cisDocker('5.5'),
    },
    (container) => container.whenSet('privileged', 'is privileged'),
  ),
  perContainer(
    {
      id: 'docker-socket-mounted',
      severity: 'error',
      title: 'No container gets the Docker socket',
      why: 'Who may write to the socket may start a privileged container: that is root on the host, read-only mounts included.',
      fix: 'Leave the mount out, or put a proxy before the socket that lets through what is needed.',
      cis: cisDocker('5.32'),
    },
    (container) =>
      mountsOf(container).flatMap(({ source, attribute }) =>
        /(?:^|\/)docker\.sock$/.test(source)
          ? [container.breaks(`gets the Docker socket, ${source}`, attribute)]
          : [],
      ),
  ),
  perContainer(
    {
      id: 'docker-host-folder-mounted',
      severity: 'warning',
      title: 'No container gets a folder that the host itself lives on',
      why: 'What writes to /etc, /usr or / of the host changes the host, and what reads them learns its secrets.',
      fix: 'Mount the one file or folder that is needed, or put files in with upload.',
      cis: cisDocker('5.6'),
    },
    (container) =>
      mountsOf(container).flatMap(({ source, attribute }) =>
        hostFolders.has(source.replace(/(?<=.)\/+$/, ''))
          ? [container.breaks(`gets the host's folder ${source}`, attribute)]
          : [],
      ),
  ),
  perContainer(
    {
      id: 'docker-host-namespace',
      severity: 'warning',
      title: "Containers do not share the host's processes or memory",
      why: "With the host's process or IPC namespace a container sees, and may disturb, what runs on the host.",
      fix: 'Leave pid_mode and ipc_mode out.',
      cis: cisDocker('5.16, 5.17'),
    },
    (container) =>
      (['pid_mode', 'ipc_mode'] as const).flatMap((attribute) => {
        const mode = container.resource.scalar(attribute);
        const what = attribute === 'pid_mode' ? 'process namespace' : 'IPC namespace';
        if (isUnknown(mode)) return [container.doubt(`perhaps has the host's ${what}`, attribute, mode)];
        return mode === 'host' ? [container.breaks(`has the host's ${what}`, attribute)] : [];
      }),
  ),
  perContainer(
    {
      id: 'docker-capabilities-kept',
      severity: 'note',
      title: 'Containers drop all capabilities and add what they need',
      why: 'Docker leaves a container 14 capabilities, NET_RAW among them, by which it may forge packets on its networks.',
      fix: 'Set capabilities { drop = ["ALL"] }, and add the ones that are needed, such as CAP_NET_BIND_SERVICE.',
      cis: cisDocker('5.4'),
    },
    (container) => {
      const { items, unknowns } = container.resource.blocks('capabilities');
      const dropped = items.map((item) => item.items('drop'));
      const names = dropped.flatMap(({ items: values }) =>
        values.map((value) => (value.kind === 'known' ? String(value.value).toUpperCase() : '')),
      );
      if (names.some((name) => name === 'ALL' || name === 'CAP_ALL')) return [];
      const doubts = [...unknowns, ...dropped.flatMap((one) => one.unknowns)];
      const claim = 'keeps capabilities that it was not given';
      return doubts.length === 0
        ? [container.breaks(claim, 'capabilities')]
        : [container.doubt(`perhaps ${claim}`, 'capabilities', ...doubts)];
    },
  ),
  perContainer(
    {
      id: 'docker-new-privileges',
      severity: 'note',
      title: 'Processes cannot gain privileges',
      why: 'A set-uid program in the image would give a process that was taken over more than it began with.',
      fix: 'Set security_opts = ["no-new-privileges:true"].',
      cis: cisDocker('5.26'),
    },
    (container) => {
      const { items, unknowns } = container.resource.items('security_opts');
      const texts = items.map((item) => (item.kind === 'known' ? String(item.value) : ''));
      if (texts.some((text) => /^no-new-privileges(?:[:=]true)?$/.test(text))) return [];
      const claim = 'may gain privileges';
      return unknowns.length === 0
        ? [container.breaks(claim, 'security_opts')]
        : [container.doubt(`perhaps ${claim}`, 'security_opts', ...unknowns)];
    },
  ),
];

/** A rule that looks at one container at a time. */
export function perContainer(
  rule: Omit<LintRule, 'check'>,
  check: (container: LintedContainer) => Iterable<Observation>,
): LintRule {
  return {
    ...rule,
    *check({ containers }) {
      for (const container of containers) yield* check(container);
    },
  };
}

/** @see https://www.cisecurity.org/benchmark/docker (5.6 lists them) */
const hostFolders: ReadonlySet<string> = new Set([
  '/',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/proc',
  '/sys',
  '/usr',
]);

interface Mount {
  /** Path on the host, as it is written. */
  readonly source: string;
  readonly attribute: string | undefined;
}

/** Folders and files of the host that a container gets. */
function mountsOf({ resource }: LintedContainer): readonly Mount[] {
  const from = (block: string, attribute: string): readonly Mount[] =>
    resource.blocks(block).items.flatMap((item: Attributes) => {
      const source = item.label(attribute);
      return source === undefined ? [] : [{ source, attribute: item.origin().attribute }];
    });
  return [
    ...from('volumes', 'host_path'),
    ...from('mounts', 'source').filter(({ source }) => source.startsWith('/')),
  ];
}
