import type { AddressSet } from '../../addressing/address-set';
import type { Shown, Sight } from '../../topology/sight';
import type { DockerAssumptions } from './docker-assumptions';
import { isBefore, readEngineVersion, versionLines } from './engine-version';

/** A rule of the packet filter as `iptables -S` prints it behind its table and chain, from a version on until the next. */
export interface Era {
  /** `20.10`. */
  readonly since: string;
  /** `-t nat POSTROUTING -s ... -j MASQUERADE`; undefined where the engine writes none. */
  readonly text: string | undefined;
}

/** A rule of nftables: the chain it stands in, and what it says without counter and comment. */
export interface NftablesRule {
  readonly chain: string;
  readonly text: string;
}

/** A rule in the forms in which engines write it; `from` are the sources of the packets that it is about. */
export interface WrittenRule {
  readonly iptables: readonly Era[];
  readonly nftables?: NftablesRule | undefined;
  readonly from?: AddressSet;
  /** Commands that show what the rule names. */
  readonly look: readonly string[];
  readonly note?: string;
}

/**
 * What is seen of a rule on the engine that is stated, or on each when none is. iptables was compared with 20.10.24 and 28.5.2;
 * the rest follows the pages that the engine's own tests write.
 * @see https://github.com/moby/moby/tree/master/integration/network/bridge/iptablesdoc
 * @see https://github.com/moby/moby/tree/master/integration/network/bridge/nftablesdoc
 */
export function sightOf(assumed: DockerAssumptions, ...rules: readonly WrittenRule[]): Sight {
  return { shown: assumed.iptables ? rules.flatMap((rule) => shownOf(assumed, rule)) : [], look: [] };
}

/** Several sights as one. */
export function joinedSights(...sights: readonly Sight[]): Sight {
  return { shown: sights.flatMap(({ shown }) => shown), look: sights.flatMap(({ look }) => look) };
}

function shownOf(assumed: DockerAssumptions, rule: WrittenRule): readonly Shown[] {
  const { iptables, nftables, from, note, look } = rule;
  const show = (text: string, when?: string): Shown => ({
    text,
    ...(when !== undefined && { when }),
    ...(from !== undefined && { from }),
    ...(note !== undefined && { note }),
    look: [...commandsFor(text), ...look],
  });
  if (assumed.firewallBackend === 'nftables') {
    return nftables === undefined ? [] : [show(`${table} ${nftables.chain}: ${nftables.text}`)];
  }
  const { version } = assumed;
  if (version !== undefined) {
    const read = readEngineVersion(version);
    const era = iptables.filter(({ since }) => !isBefore(read, since)).at(-1);
    return era?.text === undefined ? [] : [show(era.text)];
  }
  return iptables.flatMap(({ since, text }, index): readonly Shown[] => {
    if (text === undefined) return [];
    const next = iptables[index + 1]?.since;
    const lines = versionLines.filter((line) => {
      const read = readEngineVersion(line);
      return !isBefore(read, since) && (next === undefined || isBefore(read, next));
    });
    if (lines.length === versionLines.length) return [show(text)];
    return [show(text, lines.length === 1 ? lines[0]! : `${lines[0]!} to ${lines.at(-1)!}`)];
  });
}

const table = 'ip docker-bridges';

/** What prints a rule. */
function commandsFor(text: string): readonly string[] {
  const [, name, chain] = /^-t (\w+) (?:-P )?([\w-]+)/.exec(text) ?? [];
  if (name !== undefined) return [`iptables -t ${name} -S ${chain!}`];
  const [, nft] = /^ip docker-bridges (\S+):/.exec(text) ?? [];
  return nft === undefined ? [] : [`nft list chain ${table} ${nft}`];
}
