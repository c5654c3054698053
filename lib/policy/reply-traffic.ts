import { hasPorts, hasTypes } from '../addressing/protocol';
import { icmpReply, Traffic } from '../addressing/traffic';
import { translatorPorts } from '../topology/client-ports';

/**
 * What a filter without memory has to leave open for the replies to some traffic: of protocols with ports all that a client
 * may have sent from, 1024 to 65535; of ICMP what answers a ping; of others the protocol.
 */
export function replyTraffic(on: Traffic): Traffic {
  return Traffic.from(
    on.protocols().map((protocol) => {
      if (hasTypes(protocol)) return icmpReply();
      return hasPorts(protocol) ? Traffic.of(protocol, translatorPorts) : Traffic.of(protocol);
    }),
  );
}
