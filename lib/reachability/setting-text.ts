import type { Variants } from '../topology/topology';

type Settings = Variants['settings'];
type Profile = ReadonlyMap<string, string>;

/** Profiles under which an answer is the same. */
export interface Outcome {
  readonly answer: string;
  readonly profiles: readonly Profile[];
}

/** Keys of the settings that alone turn one outcome into another; all that differ when none does so alone. */
export function settingKeys(
  settings: Settings,
  outcomes: readonly (readonly Profile[])[],
): readonly string[] {
  const alone = new Set<string>();
  const some = new Set<string>();
  outcomes.forEach((profiles, index) => {
    for (const others of outcomes.slice(index + 1)) {
      for (const a of profiles) {
        for (const b of others) {
          const differing = settings.filter(({ key }) => a.get(key) !== b.get(key));
          for (const { key } of differing) some.add(key);
          if (differing.length === 1) alone.add(differing[0]!.key);
        }
      }
    }
  });
  const found = alone.size > 0 ? alone : some;
  return settings.map(({ key }) => key).filter((key) => found.has(key));
}

/** `reachable with engine 1 to 3 and forwarding true, else blocked`: every answer and what it depends on. */
export function settingsText(settings: Settings, outcomes: readonly Outcome[]): string {
  const keys = settingKeys(
    settings,
    outcomes.map(({ profiles }) => profiles),
  );
  const told = outcomes.map(({ answer, profiles }) => ({
    answer,
    conditions: conditionsOf(settings, keys, profiles),
    exact: isProduct(keys, profiles),
  }));
  // What no list of values describes is said last, as everything else.
  const exact = told.filter((one) => one.exact);
  const rest = told.filter((one) => !one.exact);
  if (rest.length > 1) {
    return `depends on ${keys.join(' and ')}: ${told.map(({ answer }) => answer).join(' or ')}`;
  }
  const parts = exact.map(({ answer, conditions }) => `${answer} with ${conditions}`);
  return [...parts, ...rest.map(({ answer }) => `else ${answer}`)].join(', ');
}

function conditionsOf(settings: Settings, keys: readonly string[], profiles: readonly Profile[]): string {
  return settings
    .filter(({ key }) => keys.includes(key))
    .map(({ key, values }) => `${key} ${rangesOf(values, new Set(profiles.map((one) => one.get(key)!)))}`)
    .join(' and ');
}

/** Whether the profiles are all combinations of the values that they have for these keys. */
function isProduct(keys: readonly string[], profiles: readonly Profile[]): boolean {
  const combinations = new Set(profiles.map((one) => keys.map((key) => one.get(key)).join('\n')));
  const sizes = keys.map((key) => new Set(profiles.map((one) => one.get(key))).size);
  return combinations.size === sizes.reduce((product, size) => product * size, 1);
}

/** Neighbouring values as ranges: `20.10 to 27, 29`. */
function rangesOf(values: readonly string[], chosen: ReadonlySet<string>): string {
  const ranges: string[][] = [];
  values.forEach((value, index) => {
    if (!chosen.has(value)) return;
    const last = ranges.at(-1);
    if (last?.at(-1) === values[index - 1] && last !== undefined) last.push(value);
    else ranges.push([value]);
  });
  return ranges
    .map((range) => (range.length === 1 ? range[0]! : `${range[0]!} to ${range.at(-1)!}`))
    .join(', ');
}
