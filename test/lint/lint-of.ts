import { lint, type LintOptions, type LintResult } from '../../lib/lint/lint';
import { readSynth } from '../../lib/readers/synth';
import { joinDocuments } from '../../lib/readers/joined-documents';
import { topologyOfDocument } from '../../lib/readers/topology-of-documents';

/** Terraform as an object, or several stacks by name. */
export type Resources = Readonly<Record<string, Readonly<Record<string, object>>>>;

export const today = '2026-11-21';

/** What rules find in resources, written as Terraform JSON. */
export function lintOf(resource: Resources, options: Partial<LintOptions> = {}): LintResult {
  return lintOfText(JSON.stringify({ resource }), options);
}

export function lintOfText(text: string, options: Partial<LintOptions> = {}): LintResult {
  const document = readSynth([{ text, file: 'main.tf.json' }]);
  return lint(topologyOfDocument(document), { today, ...options });
}

export function lintOfStacks(
  stacks: Readonly<Record<string, Resources>>,
  options: Partial<LintOptions> = {},
): LintResult {
  const documents = Object.entries(stacks).map(([stack, resource]) =>
    readSynth([{ text: JSON.stringify({ resource }), file: `${stack}.tf.json` }], { stack }),
  );
  return lint(topologyOfDocument(joinDocuments(documents)), { today, ...options });
}

/** Findings of one rule: `fail web has ...`. */
export function found(result: LintResult, id: string): readonly string[] {
  const { findings } = result.rules.find(({ rule }) => rule.id === id)!;
  return findings.map(({ status, claim }) => `${status} ${claim}`);
}

const front = { name: 'front', ipam_config: [{ subnet: '10.1.0.0/24', gateway: '10.1.0.1' }] };
const back = { name: 'back', ipam_config: [{ subnet: '10.2.0.0/24', gateway: '10.2.0.1' }] };
export const networks = { front, back } as const;

/** A container that no rule has anything against, with what is to be different. */
export function container(name: string, on: readonly string[], more: object = {}): object {
  return {
    name,
    image: 'nginx:1.30.5',
    networks_advanced: on.map((network) => ({ name: `\${docker_network.${network}.id}` })),
    healthcheck: [{ test: ['CMD', 'true'] }],
    memory: 64,
    memory_swap: 64,
    capabilities: [{ drop: ['ALL'] }],
    security_opts: ['no-new-privileges:true'],
    ...(on.length > 1 && { sysctls: { 'net.ipv4.ip_forward': '0' } }),
    ...more,
  };
}

/** One sound container on one network, changed by `more`. */
export function one(more: object): Resources {
  return { docker_network: { front }, docker_container: { web: container('web', ['front'], more) } };
}
