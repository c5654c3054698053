#!/bin/sh
# A lab of an overlay: two hosts, a pod in each, and a VXLAN tunnel between the hosts, built with ip and nothing else.
#
#   sudo sh labs/overlay-lab.sh [tunnel|no-tunnel] [COMMAND...]
#
# Hosts 10.0.0.1 and 10.0.0.2 on one cable; pod-a 10.244.1.5 in the first, pod-b 10.244.2.7 in the second, each behind a bridge
# of its host. tunnel joins the two blocks, as flannel does; no-tunnel leaves it out, and the hosts know nothing of each other's
# pods. Then it runs COMMAND inside the lab (`sh` to look around), or shows what is there.
#
# Nothing of the machine is touched: all is in namespaces, in a process namespace whose end takes everything along. It ends
# with COMMAND, by Ctrl-C, or after OVERLAY_LAB_SECONDS (60).
set -eu

case "${1:-tunnel}" in
tunnel | no-tunnel) form="${1:-tunnel}" ;;
*)
  echo "overlay-lab: no form \"$1\": tunnel or no-tunnel" >&2
  exit 2
  ;;
esac
[ $# -eq 0 ] || shift

if [ "${OVERLAY_LAB_INSIDE:-}" != yes ]; then
  [ "$(id -u)" = 0 ] || { echo "overlay-lab: network namespaces need root" >&2; exit 2; }
  for program in ip bridge unshare timeout mount; do
    command -v "$program" >/dev/null || { echo "overlay-lab: $program is missing" >&2; exit 2; }
  done
  # unshare waits for its child whatever it is told, so the kill follows at once.
  OVERLAY_LAB_INSIDE=yes exec timeout --foreground --kill-after=1 "${OVERLAY_LAB_SECONDS:-60}" \
    unshare --net --mount --pid --fork --kill-child --mount-proc sh "$0" "$form" "$@"
fi

# ip keeps names of namespaces in /run/netns: here in a /run of our own.
mount -t tmpfs lab /run
[ /var/run -ef /run ] || mount --bind /run /var/run

run() {
  echo "$ $*" >&2
  "$@"
}

for name in host-a host-b pod-a pod-b; do
  run ip netns add "$name"
  # IPv6 speaks unasked, and would be counted with what the pods send.
  ip netns exec "$name" sh -c 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6' 2>/dev/null || true
  run ip -n "$name" link set lo up
done

# The cable between the hosts, whose own names for it are eth0. What runs over it is the underlay.
run ip -n host-a link add eth0 type veth peer name eth0 netns host-b

# host LETTER UNDERLAY-ADDRESS POD-BLOCK POD-ADDRESS
host() {
  run ip -n "host-$1" link set eth0 up
  run ip -n "host-$1" address add "$2/24" dev eth0
  run ip netns exec "host-$1" sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
  run ip -n "host-$1" link add cni0 type bridge
  run ip -n "host-$1" link set cni0 up
  run ip -n "host-$1" address add "$3.1/24" dev cni0
  # 1450: of the 1500 that the cable takes, the tunnel adds 50 around each packet.
  run ip -n "host-$1" link add "veth-pod" mtu 1450 type veth peer name eth0 mtu 1450 netns "pod-$1"
  run ip -n "host-$1" link set veth-pod master cni0
  run ip -n "host-$1" link set veth-pod up
  run ip -n "pod-$1" link set eth0 up
  run ip -n "pod-$1" address add "$4/24" dev eth0
  run ip -n "pod-$1" route add default via "$3.1"
}
host a 10.0.0.1 10.244.1 10.244.1.5
host b 10.0.0.2 10.244.2 10.244.2.7

# tunnel LETTER OWN-ADDRESS OWN-BLOCK OWN-MAC OTHER-ADDRESS OTHER-BLOCK OTHER-MAC
tunnel() {
  # Network 1 of 2^24, UDP port 4789. nolearning: who is where is written down, not learnt from what comes in.
  run ip -n "host-$1" link add vxlan0 address "$4" mtu 1450 type vxlan id 1 local "$2" dev eth0 dstport 4789 nolearning
  run ip -n "host-$1" link set vxlan0 up
  run ip -n "host-$1" address add "$3.0/32" dev vxlan0
  # The other block lies behind the other end; that end has this hardware address, and this host carries it.
  run ip -n "host-$1" route add "$6.0/24" via "$6.0" dev vxlan0 onlink
  run ip -n "host-$1" neighbour add "$6.0" lladdr "$7" dev vxlan0 nud permanent
  run bridge -n "host-$1" fdb append "$7" dst "$5" dev vxlan0
}
if [ "$form" = tunnel ]; then
  tunnel a 10.0.0.1 10.244.1 02:42:0a:f4:01:00 10.0.0.2 10.244.2 02:42:0a:f4:02:00
  tunnel b 10.0.0.2 10.244.2 02:42:0a:f4:02:00 10.0.0.1 10.244.1 02:42:0a:f4:01:00
else
  echo "overlay-lab: no tunnel: a host drops what is for the other's pods, having no route to them" >&2
fi

if [ $# -gt 0 ]; then
  "$@"
  exit
fi
for name in host-a host-b pod-a pod-b; do
  run ip -n "$name" -brief address
  run ip -n "$name" route
done
[ "$form" = no-tunnel ] || run ip -n host-a -details link show vxlan0
