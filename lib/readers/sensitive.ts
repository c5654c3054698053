import type { Known, Ref, Value } from '../topology/value';

/** What stands for the text of a value that is dropped. */
const concealedText = '(sensitive)';

/**
 * A value that Terraform holds sensitive. What may decide a verdict (addresses, blocks, numbers, ids, protocols)
 * stays usable and is marked, so that nothing prints it; any other text is dropped here, under the key that
 * stands for it. Which resource a reference means is no secret.
 */
export function concealed(value: Value, key: string): Value {
  switch (value.kind) {
    case 'known':
      return isUsable(value) ? { ...value, sensitive: true } : { kind: 'unknown', key, text: concealedText };
    case 'ref':
      return value;
    case 'unknown': {
      const { kind, key: cause, text } = value;
      const parts = value.parts?.map((part) => concealedPart(part, key));
      const kept = parts?.every((part) => part !== undefined) ? { parts } : {};
      return { kind, key: cause, text, ...kept };
    }
    case 'one-of':
      return { ...value, options: value.options.map((option) => concealed(option, key)) };
    case 'list':
      return { kind: 'list', items: value.items.map((item, at) => concealed(item, `${key}[${at}]`)) };
    case 'object':
      return {
        kind: 'object',
        entries: new Map(
          [...value.entries].map(([name, entry]) => [name, concealed(entry, `${key}.${name}`)]),
        ),
      };
  }
}

/** Whether anything in a value is concealed already. */
export function isConcealed(value: Value): boolean {
  switch (value.kind) {
    case 'known':
      return value.sensitive === true;
    case 'ref':
      return false;
    case 'unknown':
      return value.text === concealedText || value.parts?.some(isConcealed) === true;
    case 'one-of':
      return value.options.some(isConcealed);
    case 'list':
      return value.items.some(isConcealed);
    case 'object':
      return [...value.entries.values()].some(isConcealed);
  }
}

/** Texts in a value that are concealed and stay usable. */
export function* concealedTexts(value: Value): Generator<string> {
  switch (value.kind) {
    case 'known':
      if (value.sensitive === true && typeof value.value === 'string') yield value.value;
      return;
    case 'unknown':
      for (const part of value.parts ?? []) yield* concealedTexts(part);
      return;
    case 'one-of':
      for (const option of value.options) yield* concealedTexts(option);
      return;
    case 'list':
      for (const item of value.items) yield* concealedTexts(item);
      return;
    case 'object':
      for (const entry of value.entries.values()) yield* concealedTexts(entry);
      return;
    case 'ref':
  }
}

function concealedPart(part: Known | Ref, key: string): Known | Ref | undefined {
  const kept = concealed(part, key);
  return kept.kind === 'known' || kept.kind === 'ref' ? kept : undefined;
}

/** Whether a verdict may depend on a value: everything but free text, which no verdict needs and a person must not see. */
function isUsable({ value }: Known): boolean {
  return typeof value !== 'string' || usable.some((form) => form.test(value));
}

const usable: readonly RegExp[] = [
  /^$/,
  // IPv4 and IPv6 addresses and blocks.
  /^\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?$/,
  /^(?=.*:)[0-9a-fA-F:]{2,39}(?:\.\d{1,3}){0,3}(?:\/\d{1,3})?$/,
  // Ports, protocols by name or number, true and false.
  /^-?\d{1,5}$/,
  /^(?:tcp|udp|icmp|icmpv6|sctp|all|http|https|tls|tcp_udp|geneve|true|false)$/i,
  // Ids and names of places as AWS gives them: sg-0a1b2c3d, eu-central-1a.
  /^[a-z]{1,12}(?:-[a-z]{1,12}){0,2}-[0-9a-f]{8}(?:[0-9a-f]{9})?$/,
  /^[a-z]{2}(?:-[a-z]{2,12}){1,2}-\d{1,2}[a-z]?$/,
];

/** Settings of a provider, its credentials concealed: Terraform itself does not mark them. */
export function concealedSettings(
  settings: ReadonlyMap<string, Value>,
  key: string,
): ReadonlyMap<string, Value> {
  const secret = /secret|token|password|passphrase|access_key|private_key|key_material|credential/;
  return new Map(
    [...settings].map(([name, value]) => [
      name,
      secret.test(name) && value.kind === 'known' && typeof value.value === 'string'
        ? { kind: 'unknown', key: `${key}.${name}`, text: concealedText }
        : value,
    ]),
  );
}
