import { PortSet } from '../addressing/port-set';

/**
 * Source ports of an ordinary client, an instance, a container or a zone: the range that Linux hands out by default.
 * @see https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)
 */
export const ordinaryClientPorts = PortSet.range(32768, 60999);

/** Source ports of what opens flows for others: balancers and address translators. */
export const translatorPorts = PortSet.range(1024, 65535);
