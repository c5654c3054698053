import { isDeferred } from './invalid-props';

/** What a network is called: by its name, or after what it is for, `<that>-network`. One of the four. */
export interface NetworkNaming {
  /** Name of the Docker network. "bridge", "host", "none" and "default" belong to Docker. @default - by convention */
  readonly name?: string;
  /** `dev` makes `dev-network`. @default - another of the four */
  readonly environment?: string;
  /** `web` makes `web-network`. @default - another of the four */
  readonly service?: string;
  /** `myapp` makes `myapp-network`. @default - another of the four */
  readonly project?: string;
}

const conventions = ['environment', 'service', 'project'] as const;

/** The name in force; empty when none was given. */
export function networkNameOf(naming: NetworkNaming): string {
  if (naming.name !== undefined) return naming.name;
  const [first] = conventions.flatMap((key) => naming[key] ?? []);
  return first === undefined ? '' : `${first}-network`;
}

/** What is wrong with the name of a network, each as one sentence with a way out. */
export function networkNameProblems(naming: NetworkNaming): readonly string[] {
  const given = (['name', ...conventions] as const).filter((key) => naming[key] !== undefined);
  if (given.length === 0) {
    return [
      'the network has no name: give name, or one of environment, service and project, which makes ' +
        '"dev-network" of "dev".',
    ];
  }
  if (given.length > 1) {
    const said = given.map((key) => `${key} ${JSON.stringify(naming[key])}`).join(' and ');
    return [`the network has ${said}: its name comes from one of them. Leave the others out.`];
  }
  const [key] = given;
  return key === 'name' ? nameProblems(naming.name!) : partProblems(key!, naming[key!]!);
}

function nameProblems(name: string): readonly string[] {
  if (isDeferred(name)) return [];
  if (['bridge', 'host', 'none', 'default'].includes(name)) {
    return [
      `network ${JSON.stringify(name)}: Docker keeps this name for itself. Use another, for example "${name}-tier".`,
    ];
  }
  if (isName(name)) return [];
  return [
    `network ${JSON.stringify(name)}: not a name of a network. ` +
      'A name begins with a letter or digit and goes on with letters, digits, "_", "." and "-", for example "frontend-tier".',
  ];
}

function partProblems(key: string, part: string): readonly string[] {
  if (isDeferred(part) || isName(part)) return [];
  return [
    `${key} ${JSON.stringify(part)} does not make the name of a network: letters, digits, "_", "." and "-", ` +
      'a letter or digit first, for example "dev", which makes "dev-network".',
  ];
}

function isName(text: string): boolean {
  return /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(text);
}
