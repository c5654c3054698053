import { NetproofError } from '../addressing/netproof-error';
import { quote } from '../addressing/quote';
import { nearestNames } from '../topology/nearest-names';
import { flowName, type Policy, type PolicyDocument, type PolicyPath } from './policy';
import { namedPort, portFault, trafficWords, unnamedTraffic } from './policy-traffic';
import { selectorFault, zoneWords } from './selector';

/** The version of the language that this package reads. */
export const policyVersion = 1;

/**
 * Reads what should be a policy: parsed YAML or JSON, or an object from code. Throws InvalidPolicy with every problem at
 * once, each with its place; what only a network can tell (a name that nothing has) is told when it is judged.
 */
export function readPolicy(value: unknown, place: PolicyDocument['place'] = inObject): PolicyDocument {
  const reader = new PolicyReader(place);
  const { problems } = reader;
  reader.read(value);
  if (problems.length > 0) throw invalidPolicy(problems);
  return { policy: value as Policy, place };
}

/** One error for all problems of a policy. */
export function invalidPolicy(problems: readonly string[]): NetproofError {
  const [only, ...more] = problems;
  const message =
    more.length === 0
      ? `The policy cannot be judged. ${only!}`
      : `The policy cannot be judged, for ${problems.length} reasons:\n${problems.map((one) => `- ${one}`).join('\n')}`;
  return new NetproofError('InvalidPolicy', message, problems);
}

/** ` Did you mean "web"?`, or nothing. */
export function nearest(wanted: string, known: Iterable<string>): string {
  const near = nearestNames(wanted, known).map((name) => JSON.stringify(name));
  return near.length === 0 ? '' : ` Did you mean ${near.join(' or ')}?`;
}

/** `allow[0].from`, for a policy that stands in no file. */
function inObject(path: PolicyPath): string {
  const text = path
    .map((step) =>
      typeof step === 'number'
        ? `[${step}]`
        : /^[\w-]+$/.test(step)
          ? `.${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join('');
  return text === '' ? 'policy' : text.replace(/^\./, '');
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown, path: PolicyPath) => void;

class PolicyReader {
  readonly problems: string[] = [];
  private readonly place: PolicyDocument['place'];
  private readonly names = new Map<string, PolicyPath>();

  constructor(place: PolicyDocument['place']) {
    this.place = place;
  }

  read(value: unknown): void {
    if (!isRecord(value))
      return this.say([], `a policy is an object with "version: 1", and not ${described(value)}.`);
    const { version } = value;
    if (typeof version === 'number' && Number.isInteger(version) && version > policyVersion) {
      // What else is in it, only a newer netproof can tell.
      return this.say(
        ['version'],
        `version ${version} is newer than this netproof, which reads version ${policyVersion}. Update it: npm install netproof@latest.`,
      );
    }
    this.fields(
      value,
      [],
      {
        version: (given, path) => {
          if (given !== policyVersion)
            this.say(path, `the version is the number ${policyVersion}, and not ${described(given)}.`);
        },
        groups: (given, path) => this.entries(given, path, 'selectors', (group, at) => this.group(group, at)),
        allow: (given, path) => this.list(given, path, (flow, at) => this.flow('allow', flow, at)),
        permit: (given, path) => this.list(given, path, (flow, at) => this.flow('permit', flow, at)),
        deny: (given, path) => this.list(given, path, (flow, at) => this.flow('deny', flow, at)),
        isolate: (given, path) =>
          this.list(given, path, (party, at) => {
            this.party(party, at);
            if (typeof party === 'string') this.name(`isolate ${party}`, at);
          }),
        closed: (given, path) => {
          if (typeof given !== 'boolean')
            this.say(path, `"closed" is true or false, and not ${described(given)}.`);
          else if (given) this.name('closed', path);
        },
        networks: (given, path) => {
          this.entries(given, path, 'networks', (network, at) => this.network(network, at));
          if (isRecord(given) && Object.keys(given).length === 0)
            this.say(path, 'it names no network. Leave it out, or name a stack.');
        },
        waivers: () => undefined,
      },
      ['version'],
    );
    // They name rules, all of which are known by now.
    if ('waivers' in value) this.list(value['waivers'], ['waivers'], (waiver, at) => this.waiver(waiver, at));
    this.clients(value);
  }

  private group(given: unknown, path: PolicyPath): void {
    const name = String(path[path.length - 1]);
    if (reserved.has(name))
      this.say(path, `a group cannot be called ${JSON.stringify(name)}: that word has a meaning of its own.`);
    else if (!/^[A-Za-z0-9_][\w.-]*$/.test(name)) {
      this.say(
        path,
        `${JSON.stringify(name)} is no name for a group: letters, digits, "_", "-" and "." are.`,
      );
    }
    this.parties(given, path, 'a group is a selector or a list of them');
  }

  private flow(kind: 'allow' | 'permit' | 'deny', given: unknown, path: PolicyPath): void {
    const needed = kind === 'deny' ? ['from', 'to'] : ['from', 'to', 'on'];
    const before = this.problems.length;
    const whole = this.fields(
      given,
      path,
      {
        from: (party, at) => this.parties(party, at, '"from" is a group or a selector, or a list of them'),
        to: (party, at) => this.parties(party, at, '"to" is a group or a selector, or a list of them'),
        on: (traffic, at) => this.traffic(traffic, at),
      },
      needed,
    );
    if (!whole || this.problems.length > before) return;
    this.name(flowName(kind, given as { from: string; to: string }), path);
  }

  private network(given: unknown, path: PolicyPath): void {
    this.fields(given, path, {
      clients: (party, at) => this.parties(party, at, '"clients" is a zone or a selector, or a list of them'),
      ports: (ports, at) =>
        this.entries(ports, at, 'traffic', (traffic, where) => {
          const name = String(where[where.length - 1]);
          if (!namedPort.test(name) || trafficWords.has(name)) {
            this.say(
              where,
              `${JSON.stringify(name)} is no name for a port: ${trafficWords.has(name) ? 'it is a protocol' : 'it begins with a letter, and holds letters, digits and "-"'}.`,
            );
          }
          this.traffic(traffic, where, false);
        }),
      permit: (flows, at) => {
        // A network may repeat what another one permits.
        this.list(flows, at, (flow, where) => {
          const seen = new Map(this.names);
          this.names.clear();
          this.flow('permit', flow, where);
          this.names.clear();
          for (const [name, first] of seen) this.names.set(name, first);
        });
      },
    });
  }

  private waiver(given: unknown, path: PolicyPath): void {
    this.fields(
      given,
      path,
      {
        rule: (rule, at) => {
          if (!this.text(rule, at, '"rule"')) return;
          const name = ruleName(rule);
          if (this.names.has(name) && !name.startsWith('permit ')) return;
          const known = [...this.names.keys()].filter((one) => !one.startsWith('permit '));
          this.say(
            at,
            `no rule is called ${JSON.stringify(rule)}.${nearest(name, known) || ` There are ${known.map((one) => JSON.stringify(one)).join(', ') || 'none'}.`}`,
          );
        },
        reason: (reason, at) => {
          if (this.text(reason, at, '"reason"') && reason.trim() === '')
            this.say(at, 'a waiver says why: give the reason.');
        },
        until: (until, at) => {
          if (!this.text(until, at, '"until"')) return;
          if (!isDay(until)) this.say(at, `${quote(until)} is no day. Write it as 2027-01-31.`);
        },
      },
      ['rule', 'reason', 'until'],
    );
  }

  /** Where `clients` are named, every network has to say who they are. */
  private clients(policy: Fields): void {
    const uses: PolicyPath[] = [];
    for (const kind of ['allow', 'permit', 'deny'] as const) {
      asList(policy[kind]).forEach((flow, index) => {
        for (const side of ['from', 'to']) {
          if (isRecord(flow) && asList(flow[side]).includes('clients')) uses.push([kind, index, side]);
        }
      });
    }
    asList(policy['isolate']).forEach((party, index) => {
      if (party === 'clients') uses.push(['isolate', index]);
    });
    if (uses.length === 0) return;
    const networks = isRecord(policy['networks']) ? Object.entries(policy['networks']) : [];
    if (networks.length === 0)
      this.say(uses[0]!, '"clients" are told by network: add networks, each with its clients.');
    for (const [name, terms] of networks) {
      if (isRecord(terms) && terms['clients'] === undefined)
        this.say(
          ['networks', name],
          `rules name "clients", and the network ${JSON.stringify(name)} does not say who they are.`,
        );
    }
  }

  private parties(given: unknown, path: PolicyPath, what: string): void {
    if (typeof given === 'string') return this.party(given, path);
    if (!Array.isArray(given)) return this.say(path, `${what}, and not ${described(given)}.`);
    if (given.length === 0) return this.say(path, `${what}, and this list is empty.`);
    given.forEach((party, index) => this.party(party, [...path, index]));
  }

  private party(given: unknown, path: PolicyPath): void {
    if (!this.text(given, path, 'a name')) return;
    const fault = selectorFault(given);
    if (fault !== undefined) this.say(path, fault);
  }

  private traffic(given: unknown, path: PolicyPath, names = true): void {
    if (!this.text(given, path, names ? '"on"' : 'a port')) return;
    const fault = names ? portFault(given) : unnamedTraffic(given);
    if (fault !== undefined) this.say(path, fault);
  }

  /** Notes a rule under its name; two of one name could not be told apart. */
  private name(name: string, path: PolicyPath): void {
    const first = this.names.get(name);
    if (first === undefined) this.names.set(name, path);
    else
      this.say(path, `${JSON.stringify(name)} is there twice, first at ${this.place(first)}. Leave one out.`);
  }

  private text(given: unknown, path: PolicyPath, what: string): given is string {
    if (typeof given === 'string' && given !== '') return true;
    this.say(path, `${what} is a text, and not ${described(given)}.`);
    return false;
  }

  private list(given: unknown, path: PolicyPath, check: Check): void {
    if (Array.isArray(given)) given.forEach((item, index) => check(item, [...path, index]));
    else this.say(path, `${JSON.stringify(path[path.length - 1])} is a list, and not ${described(given)}.`);
  }

  private entries(given: unknown, path: PolicyPath, what: string, check: Check): void {
    if (!isRecord(given))
      return this.say(
        path,
        `${JSON.stringify(path[path.length - 1])} is an object of names and their ${what}, and not ${described(given)}.`,
      );
    for (const [name, entry] of Object.entries(given)) check(entry, [...path, name]);
  }

  /** False when it is no object, or a field is missing. */
  private fields(
    given: unknown,
    path: PolicyPath,
    checks: Readonly<Record<string, Check>>,
    needed: readonly string[] = [],
  ): boolean {
    const known = Object.keys(checks);
    if (!isRecord(given)) {
      this.say(path, `here stands an object with ${known.join(', ')}, and not ${described(given)}.`);
      return false;
    }
    for (const [name, value] of Object.entries(given)) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (check === undefined)
        this.say(
          [...path, name],
          `there is no field ${JSON.stringify(name)} here.${nearest(name, known) || ` There are ${known.join(', ')}.`}`,
        );
      else check(value, [...path, name]);
    }
    const missing = needed.filter((name) => !Object.hasOwn(given, name));
    if (missing.length > 0)
      this.say(
        path,
        `${missing.map((name) => JSON.stringify(name)).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      );
    return missing.length === 0;
  }

  private say(path: PolicyPath, problem: string): void {
    this.problems.push(`${this.place(path)}: ${problem}`);
  }
}

/** A rule's name as a waiver may write it. */
export function ruleName(text: string): string {
  return text
    .trim()
    .replace(/\s*,\s*/g, ',')
    .replace(/\s*\+\s*/g, '+')
    .replace(/\s+/g, ' ');
}

const reserved: ReadonlySet<string> = new Set([...zoneWords, 'clients']);

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function asList(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : given === undefined ? [] : [given];
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function described(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  return value === '' ? 'an empty text' : quote(value);
}
