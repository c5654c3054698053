import { NetproofError } from '../addressing/netproof-error';
import { PortSet } from '../addressing/port-set';
import { AssumedValues } from '../readers/assumed-values';
import type { TerraformForm } from '../readers/json/foreign-json';
import { readPlainObject } from '../readers/json/terraform-text';
import { withSynth } from '../readers/plan-and-synth';
import { readSynth } from '../readers/synth';
import { topologyOfDocument } from '../readers/topology-of-documents';
import { named, type NamedTopology } from '../topology/subject';
import type { Assumptions } from './assumptions';
import { readDocumentText } from './document-text';
import { plannedVariables } from './plan-pairing';
import { refuseUnused } from './unused-assumptions';

/** Terraform JSON: its text, the bytes of its file, or the parsed object. */
export type TerraformJson = string | Uint8Array | object;

/** How Terraform JSON is read in code. */
export interface TopologyReading extends Assumptions {
  /** Name of the stack, the prefix in `stack:address`. @default - what CDKTF wrote into the JSON, else none */
  readonly stack?: string;
  /**
   * Source ports of ordinary clients: instances, zones, whatever stands in a subnet. As text, `1024-65535`.
   * Balancers, NAT gateways and functions keep 1024 to 65535.
   * @default - 32768 to 60999
   */
  readonly clientPorts?: PortSet | string;
}

/** How a plan or state is read in code. */
export interface PlanReading extends TopologyReading {
  /** The synthesized Terraform of the same stack: adds construct paths, and what a plan cannot tell. @default - none */
  readonly synth?: TerraformJson;
}

/** The topology of Terraform JSON as it is written before any plan: a cdk.tf.json or `*.tf.json`. */
export function topologyOfSynth(json: TerraformJson, reading: TopologyReading = {}): NamedTopology {
  return topologyOf('configuration', json, reading);
}

/** The topology of what `terraform show -json` prints of a plan. */
export function topologyOfPlan(json: TerraformJson, reading: PlanReading = {}): NamedTopology {
  return topologyOf('plan', json, reading);
}

/** The topology of what `terraform show -json` prints of a state. */
export function topologyOfState(json: TerraformJson, reading: PlanReading = {}): NamedTopology {
  return topologyOf('state', json, reading);
}

function topologyOf(form: TerraformForm, json: TerraformJson, reading: PlanReading): NamedTopology {
  const { stack, values = {}, clientPorts, synth, docker, listens } = reading;
  const assumed = new AssumedValues(values);
  const context = { assumed, ...(stack !== undefined && { stack }) };
  const source = { text: textOf(json) };
  const file = form === 'configuration' ? source : { ...source, plain: readPlainObject(source) };
  const text = { form, files: [file] };
  const own = readDocumentText(text, context);
  const document =
    synth === undefined
      ? own
      : withSynth(own, readSynth(textOf(synth), { ...context, variables: plannedVariables(text) }));
  const ports = typeof clientPorts === 'string' ? PortSet.parse(clientPorts) : clientPorts;
  const topology = topologyOfDocument(document, assumed, { clientPorts: ports, docker, listens });
  refuseUnused([{ assumed, documents: [document] }], 'values');
  return named(topology);
}

function textOf(json: TerraformJson): string {
  if (typeof json === 'string') return json;
  if (json instanceof Uint8Array) return Buffer.from(json).toString('utf8');
  try {
    const text = JSON.stringify(json) as string | undefined;
    if (text !== undefined) return text;
  } catch {
    // It refers to itself, or holds what JSON cannot: said below.
  }
  throw new NetproofError(
    'InvalidTerraform',
    `Terraform JSON is a text, the bytes of a file or a parsed object, and ${json === undefined ? 'nothing' : `this ${typeof json}`} is none of them. ` +
      "Give readFileSync('plan.json', 'utf8').",
  );
}
