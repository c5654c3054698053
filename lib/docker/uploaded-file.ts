import { accessSync, constants, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { App, TerraformStack, Token } from 'cdktf';
import type { ContainerUpload } from '@cdktf/provider-docker/lib/container';
import type { Construct } from 'constructs';
import { isDeferred } from './invalid-props';

/** A file that is put into the container before it starts and whose content may be seen: configuration, SQL. */
export interface UploadedFile {
  /** Absolute path in the container. */
  readonly target: string;
  /**
   * The file itself. It is taken literally: `${` and `%{` reach the container as they stand, unless the text holds a
   * CDKTF token, in which case it is a Terraform template.
   */
  readonly content: string;
  /** Four octal digits. @default "0444" */
  readonly permissions?: string;
}

/**
 * A file whose content must not be seen: it goes from the disk into the container when Terraform applies, by path
 * alone, and is written neither into the synthesized Terraform nor into plan, state or the container's settings.
 */
export interface SecretFile {
  /** Path of the file on the machine that runs Terraform, absolute or relative to the working directory of synth. */
  readonly source: string;
  /** Absolute path in the container, for example `/run/secrets/password`. */
  readonly target: string;
  /** Four octal digits; the file belongs to root, so other users in the container read it by the last. @default "0444" */
  readonly permissions?: string;
}

/** The `upload` blocks of one container, in the order of their targets. */
export function uploadBlocks(
  scope: Construct,
  files: readonly UploadedFile[],
  secrets: readonly SecretFile[],
): ContainerUpload[] {
  return [
    ...files.map((file) => ({
      file: file.target,
      content: literal(file.content),
      permissions: file.permissions ?? '0444',
    })),
    ...secrets.map((secret) => ({
      file: secret.target,
      source: fromStackFolder(scope, secret.source),
      permissions: secret.permissions ?? '0444',
    })),
  ].sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** What is wrong with the files of one container. A secret file must be there and readable when the app is synthesized. */
export function uploadProblems(
  files: readonly UploadedFile[],
  secrets: readonly SecretFile[],
): readonly string[] {
  const all = [...files, ...secrets];
  const targets = all.map((file) => file.target);
  return [
    ...targets
      .filter((target) => !isDeferred(target) && !target.startsWith('/'))
      .map((target) => `uploads to ${JSON.stringify(target)}: a path in the container begins with "/".`),
    ...targets
      .filter((target, index) => targets.indexOf(target) !== index)
      .map((target) => `uploads two files to ${target}. Give each a path of its own.`),
    ...all
      .filter(({ permissions }) => permissions !== undefined && !/^0[0-7]{3}$/.test(permissions))
      .map(
        ({ permissions, target }) =>
          `uploads ${target} with permissions ${JSON.stringify(permissions)}: four octal digits, for example "0444".`,
      ),
    ...secrets.flatMap(secretProblems),
  ];
}

function secretProblems({ source, target }: SecretFile): readonly string[] {
  if (isDeferred(source)) return [];
  const fault = readFault(resolve(source));
  if (fault === undefined) return [];
  return [
    `the secret file ${JSON.stringify(source)} for ${target} ${fault}. ` +
      'Terraform reads it at apply: make it a file that you may read.',
  ];
}

function readFault(path: string): string | undefined {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return 'is not a file';
    if (stats.size === 0) return 'is empty';
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return code === 'ENOENT' ? 'does not exist' : `cannot be read (${code ?? String(error)})`;
  }
}

/** Terraform runs in the stack's folder below the output folder; a path from there holds on every machine. */
function fromStackFolder(scope: Construct, source: string): string {
  if (isDeferred(source)) return source;
  const folder = resolve(App.of(scope).outdir, 'stacks', TerraformStack.of(scope).node.id);
  return relative(folder, resolve(source)).split(sep).join('/');
}

function literal(content: string): string {
  return Token.isUnresolved(content) ? content : content.replace(/([$%])\{/g, '$1$1{');
}
