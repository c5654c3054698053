#!/bin/sh
# A lab of network namespaces: red and blue, each with a cable to one bridge, built with ip and nothing else.
#
#   sudo sh labs/namespace-lab.sh [as-written|corrected] [COMMAND...]
#
# as-written gives the bridge 172.17.0.1/16 and red 192.168.1.10/24, so that red has a gateway it cannot use; corrected
# gives the bridge 192.168.1.1/24. Then it runs COMMAND inside the lab (`sh` to look around), or shows what is there.
#
# Nothing of the machine is touched: the lab's host is a network namespace too, in a process namespace whose end takes
# everything along. It ends with COMMAND, by Ctrl-C, or after NAMESPACE_LAB_SECONDS (60).
set -eu

case "${1:-corrected}" in
as-written | corrected) form="${1:-corrected}" ;;
*)
  echo "namespace-lab: no form \"$1\": as-written or corrected" >&2
  exit 2
  ;;
esac
[ $# -eq 0 ] || shift

if [ "${NAMESPACE_LAB_INSIDE:-}" != yes ]; then
  [ "$(id -u)" = 0 ] || { echo "namespace-lab: network namespaces need root" >&2; exit 2; }
  for program in ip unshare timeout mount; do
    command -v "$program" >/dev/null || { echo "namespace-lab: $program is missing" >&2; exit 2; }
  done
  # unshare waits for its child whatever it is told, so the kill follows at once.
  NAMESPACE_LAB_INSIDE=yes exec timeout --foreground --kill-after=1 "${NAMESPACE_LAB_SECONDS:-60}" \
    unshare --net --mount --pid --fork --kill-child --mount-proc sh "$0" "$form" "$@"
fi

# ip keeps names of namespaces in /run/netns: here in a /run of our own.
mount -t tmpfs lab /run
[ /var/run -ef /run ] || mount --bind /run /var/run

run() {
  echo "$ $*" >&2
  "$@"
}

run ip link set lo up
# An address that is neither red's nor the bridge's block: red needs its gateway to get there.
run ip address add 203.0.113.80/32 dev lo

run ip link add br-lab type bridge
run ip link set br-lab up
for name in red blue; do
  run ip netns add "$name"
  run ip link add "veth-$name" type veth peer name "veth-$name-br"
  run ip link set "veth-$name" netns "$name"
  run ip link set "veth-$name-br" master br-lab
  run ip link set "veth-$name-br" up
  run ip -n "$name" link set lo up
  run ip -n "$name" link set "veth-$name" up
done
run ip -n red address add 192.168.1.10/24 dev veth-red
run ip -n blue address add 192.168.1.11/24 dev veth-blue

if [ "$form" = as-written ]; then gateway=172.17.0.1 length=16; else gateway=192.168.1.1 length=24; fi
run ip address add "$gateway/$length" dev br-lab
for name in red blue; do
  run ip -n "$name" route add default via "$gateway" ||
    echo "namespace-lab: $name cannot use $gateway: the gateway is not in 192.168.1.0/24, $name's own block" >&2
done

if [ $# -gt 0 ]; then
  "$@"
  exit
fi
run ip -brief address
run bridge link
run ip -n red address show dev veth-red
run ip -n red route
