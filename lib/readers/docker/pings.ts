import { Traffic } from '../../addressing/traffic';

/** What the kernel answers without any process. */
export const pings = Traffic.from([Traffic.ofIcmp('icmp'), Traffic.ofIcmp('icmpv6')]);
