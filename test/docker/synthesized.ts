import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Testing, TerraformStack } from 'cdktf';
import { NetproofError } from '../../lib/addressing/netproof-error';
import type { Attachment } from '../../lib/docker/attachment';
import { Segment } from '../../lib/docker/segment';

/** The attributes of one resource, as Terraform reads them. */
export type Attributes = Readonly<Record<string, unknown>>;

/** A stack of its own, in an app that writes to a folder of its own. */
export function aStack(id = 'shop'): TerraformStack {
  return new TerraformStack(anApp(), id);
}

export function anApp(folder = mkdtempSync(join(tmpdir(), 'netproof-'))): App {
  return new App({ outdir: join(folder, 'cdktf.out') });
}

/** The resources of one type in a stack, by the last part of their construct path that is not "Resource". */
export function resources(stack: TerraformStack, type: string): Readonly<Record<string, Attributes>> {
  const document = stack.toTerraform() as { resource?: Record<string, Record<string, Attributes>> };
  return Object.fromEntries(
    Object.values(document.resource?.[type] ?? {}).map((attributes) => {
      const { metadata } = attributes['//'] as { metadata: { path: string } };
      return [
        metadata.path
          .replace(/\/Resource$/, '')
          .split('/')
          .at(-1)!,
        attributes,
      ];
    }),
  );
}

/** The only resource of its type. */
export function resource(stack: TerraformStack, type: string): Attributes {
  const [only, ...others] = Object.values(resources(stack, type));
  if (only === undefined || others.length > 0) throw new Error(`not one ${type}`);
  return only;
}

/** What synth of the stack's app reports, or undefined; nothing is written when it reports anything. */
export function synthFailure(stack: TerraformStack): string | undefined {
  try {
    Testing.synth(stack, true);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The error that `make` throws; it must be one InvalidProps error, and must have left nothing in the stack. */
export function refusal(stack: TerraformStack, make: () => unknown): NetproofError {
  const before = stack.node.findAll().length;
  let thrown: unknown;
  try {
    make();
  } catch (error) {
    thrown = error;
  }
  if (!NetproofError.is(thrown) || thrown.code !== 'InvalidProps')
    throw new Error(`not refused: ${String(thrown)}`);
  expect(stack.node.findAll()).toHaveLength(before);
  return thrown;
}

/** A network to put a container on. */
export function aSegment(
  stack: TerraformStack,
  name = 'lan',
  block = '10.9.1.0/24',
  internal = false,
): Attachment {
  return { segment: new Segment(stack, name, { name, block, internal }) };
}

/** A file with this content in a folder of its own. */
export function aFile(content = 'hush', name = 'secret'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'netproof-')), name);
  writeFileSync(path, content);
  return path;
}

/** Compares with a golden file; `UPDATE_GOLDEN=1 npx jest` writes it. */
export function expectGolden(name: string, text: string): void {
  const path = join(__dirname, 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1' || !existsSync(path)) {
    if (process.env['UPDATE_GOLDEN'] !== '1')
      throw new Error(`no golden file ${name}: run with UPDATE_GOLDEN=1`);
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}
