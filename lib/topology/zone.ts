import type { AddressSet } from '../addressing/address-set';
import type { PortSet } from '../addressing/port-set';

/** What lies outside the Terraform: the Internet, a LAN, one literal address. It sends and takes anything. */
export interface Zone {
  /** `internet`, `internet6`, `host`, `lan`, or a literal address. */
  readonly id: string;
  readonly name: string;
  readonly addresses: AddressSet;
  /** Source ports of its clients. */
  readonly clientPorts: PortSet;
}
