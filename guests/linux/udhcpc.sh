#!/bin/busybox sh
# What udhcpc calls with an address: sets it, the route and the name servers.
case $1 in
  deconfig)
    ip addr flush dev "$interface"
    ip link set "$interface" up
    ;;
  bound | renew)
    ip addr flush dev "$interface"
    ip addr add "$ip/${mask:-24}" dev "$interface"
    for hop in ${router:-}; do
      ip route add default via "$hop" dev "$interface" && break
    done
    for server in ${dns:-}; do
      echo "nameserver $server"
    done >/etc/resolv.conf
    ;;
esac
