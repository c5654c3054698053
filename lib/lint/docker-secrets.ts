import type { Value } from '../topology/value';
import { perContainer } from './docker-privileges';
import type { LintRule } from './rule';

/** Rules about what a container is told. No value is ever part of a claim. */
export const secretRules: readonly LintRule[] = [
  perContainer(
    {
      id: 'docker-secret-in-environment',
      severity: 'error',
      title: 'No secret is in the environment',
      why: "What is in a container's environment can be read in the Terraform, in its state, by docker inspect, and by every process in the container.",
      fix: 'Put it into a file with upload { content = ... } or a mount, and name the file: most images read NAME_FILE in place of NAME.',
    },
    (container) => {
      const { items, unknowns } = container.resource.items('env');
      const found = [...items, ...unknowns].flatMap((entry) => secretIn(entry) ?? []);
      return [...new Set(found)].map((what) => container.breaks(`has ${what} in its environment`, 'env'));
    },
  ),
];

/** What an entry gives away, without its value; undefined when it is no secret. */
function secretIn(entry: Value): string | undefined {
  if (entry.kind === 'unknown' && entry.text === '(sensitive)') return 'a sensitive value';
  const text = textOf(entry);
  if (text === undefined) return undefined;
  const [, name = '', value = ''] = /^([^=]*)=([^]*)$/.exec(text) ?? [];
  if (name === '' || value === '' || harmless.test(value)) return undefined;
  if (secretNames.test(name)) return `a secret, ${name},`;
  if (userInfo.test(value)) return `a password in the address ${name}`;
  return entry.kind === 'known' && entry.sensitive === true ? `a sensitive value, ${name},` : undefined;
}

/** The entry as it is written, expressions included. */
function textOf(entry: Value): string | undefined {
  if (entry.kind === 'known') return typeof entry.value === 'string' ? entry.value : undefined;
  return entry.kind === 'unknown' ? entry.text : undefined;
}

// POSTGRES_PASSWORD, not POSTGRES_PASSWORD_FILE and not PASSWORD_MIN_LENGTH.
const secretNames =
  /(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SECRET_KEY(?:_BASE)?|_PASS)$/i;

// A switch such as ALLOW_EMPTY_PASSWORD=yes, or the place of a file.
const harmless = /^(?:true|false|yes|no|on|off|[01]|@?\/[^\s]*)$/i;

// postgres://app:secret@db
const userInfo = /:\/\/[^\s/:@]*:[^\s/@]+@/;
