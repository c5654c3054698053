import type { ContainerHealthcheck } from '@cdktf/provider-docker/lib/container';

/** How Docker finds out whether a container works, and so when the next one may start. */
export interface HealthCheck {
  /** `["CMD", "pg_isready"]` runs a program, `["CMD-SHELL", "..."]` a line of the container's shell. */
  readonly test: readonly string[];
  /** Seconds between two checks, whole. @default 3 */
  readonly interval?: number;
  /** Seconds until one check counts as failed, whole. @default 3 */
  readonly timeout?: number;
  /** Failed checks in a row until the container counts as unhealthy. @default 20 */
  readonly retries?: number;
}

/** The `healthcheck` block. Durations are written as Go prints them, which is how the provider compares them. */
export function healthcheckBlock(check: HealthCheck): ContainerHealthcheck {
  return {
    test: [...check.test],
    interval: goDuration(check.interval ?? 3),
    timeout: goDuration(check.timeout ?? 3),
    retries: check.retries ?? 20,
  };
}

/** Whole seconds as Go prints a duration: 30 is `30s`, 90 is `1m30s`, 3600 is `1h0m0s`. */
export function goDuration(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}s`;
}

export function healthCheckProblems(check: HealthCheck): readonly string[] {
  const [kind, ...rest] = check.test;
  const problems: string[] = [];
  if ((kind !== 'CMD' && kind !== 'CMD-SHELL') || rest.length === 0) {
    problems.push(
      `health check ${JSON.stringify(check.test)}: begins with "CMD" or "CMD-SHELL" and goes on with what to run, ` +
        'for example ["CMD", "pg_isready"].',
    );
  }
  for (const name of ['interval', 'timeout', 'retries'] as const) {
    const value = check[name];
    if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
      problems.push(
        `health check ${name} ${value}: a whole number${name === 'retries' ? '' : ' of seconds'} from 1.`,
      );
    }
  }
  return problems;
}
