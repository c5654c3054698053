import { protocolName } from '../addressing/protocol';
import type { Traffic } from '../addressing/traffic';

/** Protocol and ports of one rule of a security group. */
export interface RulePorts {
  /** `tcp`, `udp`, `icmp`, or a number. */
  readonly ipProtocol: string;
  /** First port, or type of ICMP; undefined where the protocol has none. */
  readonly fromPort: number | undefined;
  /** Last port, or code of ICMP, -1 for any; undefined where the protocol has none. */
  readonly toPort: number | undefined;
  /** As text that fits into a construct id: `tcp-8080`, `tcp-8000-8100`, `icmp-8`. */
  readonly id: string;
}

const [icmp, icmpv6] = [1, 58];

/**
 * IPv4 traffic as rules of a security group: one per protocol and range, exactly that much. Messages of ICMPv6 are left
 * out. Codes of one type of ICMP that are neither one nor all get a rule each.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
 */
export function rulePorts(traffic: Traffic): readonly RulePorts[] {
  return traffic
    .protocols()
    .filter((protocol) => protocol !== icmpv6)
    .flatMap((protocol) => {
      const ipProtocol = protocolName(protocol) ?? String(protocol);
      const ranges = traffic.ports(protocol).ranges();
      if (protocol === icmp) return ranges.flatMap(({ from, to }) => icmpRules(from, to));
      if (ipProtocol !== 'tcp' && ipProtocol !== 'udp') {
        return [{ ipProtocol, fromPort: undefined, toPort: undefined, id: ipProtocol }];
      }
      return ranges.map(({ from, to }) => ({
        ipProtocol,
        fromPort: from,
        toPort: to,
        id: `${ipProtocol}-${from}${to === from ? '' : `-${to}`}`,
      }));
    });
}

/** Messages are numbered type * 256 + code. Code 0 of the echo request is all there is of it. */
function icmpRules(from: number, to: number): readonly RulePorts[] {
  const found: RulePorts[] = [];
  let next = from;
  while (next <= to) {
    const [type, code] = [next >> 8, next & 255];
    const whole = code === 0 && next + 255 <= to;
    const id = whole ? `icmp-${type}` : `icmp-${type}-${code}`;
    found.push({ ipProtocol: 'icmp', fromPort: type, toPort: whole ? -1 : code, id });
    next += whole ? 256 : 1;
  }
  return found;
}
