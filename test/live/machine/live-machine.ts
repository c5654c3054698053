import * as fs from 'node:fs';
import type { Chromium } from './chromium';
import type { DockerRelease } from './docker-release';
import type { GuestSystem } from './guest-system';
import type { ImageSet } from './image-set';
import type { ProviderSource } from './provider-source';
import { runFile } from './run-folder';
import type { TerraformProgram } from './terraform-program';

/** What this machine has for the live suites: each part, or why it is missing. */
export interface LiveMachine {
  readonly terraform: Piece<TerraformProgram>;
  readonly tofu: Piece<TerraformProgram>;
  /** A provider is there or not whichever program asks: both take it from one source. */
  readonly dockerProvider: Piece<ProviderInPlace>;
  readonly awsProvider: Piece<ProviderInPlace>;
  /** The engine of the machine's own Debian release. */
  readonly docker: Piece<DockerRelease>;
  /** A newer engine, from Debian's unstable release. */
  readonly newerDocker: Piece<DockerRelease>;
  /** An engine in between, from Debian 13, and the newest, built here: for the conformance suite as a whole. */
  readonly docker26: Piece<DockerRelease>;
  readonly docker29: Piece<DockerRelease>;
  readonly images: Piece<ImageSet>;
  /** What a virtual machine boots: QEMU, a kernel, a disk. */
  readonly guest: Piece<GuestSystem>;
  /** A browser of the distribution. */
  readonly chromium: Piece<Chromium>;
  /** Path of the program that emulates AWS. */
  readonly emulator: Piece<string>;
}

export type Piece<T> = { readonly value: T } | { readonly reason: string };

export interface ProviderInPlace {
  readonly version: string;
  readonly how: ProviderSource['how'];
  readonly env: ProviderSource['env'];
}

const file = () => runFile('machine.json');

/** Hands what was prepared to the test files, which run later and know nothing of the preparation. */
export function publishLiveMachine(machine: LiveMachine): void {
  fs.writeFileSync(file(), JSON.stringify(machine));
}

/** What was prepared before the first suite. */
export function liveMachine(): LiveMachine {
  return JSON.parse(fs.readFileSync(file(), 'utf8')) as LiveMachine;
}
