# The life of the packages: installed, configured, upgraded, removed, purged. Goes on from steps.sh;
# COMMANDS are those of the operator's page, with the unit's folders.
# shellcheck shell=bash

pid() { systemctl show --property=MainPID --value mrgd; }
ready() { mrgctl trust status --address unix:/run/mrg/admin.sock | grep -q '^ready'; }
kept() { (cd / && find etc/mrg etc/default/mrgd -type f -exec sha256sum {} + | sort); }
records() { find /var/lib/mrg/data -type f | wc -l; }

step install
apt-get -qq update
apt-get -qq install --yes --no-install-recommends /walk/one/*.deb >/tmp/apt 2>&1 || { cat /tmp/apt; exit 1; }
grep '^mrg-node' /tmp/apt
expect "the unit is enabled" systemctl --quiet is-enabled mrgd
expect "and waits for a configuration" test "$(systemctl is-active mrgd)" = inactive
expect "no unit has failed" test -z "$(systemctl --failed --no-legend)"
expect "programs tell their version" mrgctl --version
expect "the manual can be read" test -s /usr/share/man/man8/mrgd.8.gz

step configure
mkdir -p /root/first && cd /root/first && ln -sfn /usr/share/doc/mrgctl/examples/deploy deploy
COMMANDS
within 60 "the node is ready" ready
expect "the node runs as mrg" test "$(ps -o user= -p "$(pid)")" = mrg
expect "its data is its own" test "$(stat -c '%U %a' /var/lib/mrg/data)" = "mrg 700"
expect "its admin socket too" test "$(stat -c '%U %a' /run/mrg)" = "mrg 700"
hidden() { ! nsenter --target "$(pid)" --mount cat /etc/mrg/node/keys/offline/root.pem 2>/dev/null; }
expect "it does not see the keys that are kept offline" hidden
runuser -u mrg -- mrgctl doctor --config /etc/mrg/node/node.textproto || true
echo '# kept' >>/etc/default/mrgd

step reload
before=$(pid)
systemctl reload mrgd
taken() { journalctl --unit mrgd --output cat | grep -q config_reloaded; }
within 20 "the node has read its configuration again" taken
expect "in the same process" test "$(pid)" = "$before"

step upgrade
before=$(pid) files=$(kept) log=$(records)
apt-get -qq install --yes --no-install-recommends /walk/two/*.deb >/tmp/apt 2>&1 || { cat /tmp/apt; exit 1; }
within 60 "the node is ready" ready
expect "another process runs" test "$(pid)" != "$before"
expect "configuration, keys and flags are as they were" test "$(kept)" = "$files"
expect "so is the data" test "$(records)" -ge "$log"

step "upgrade with a configuration that is refused"
before=$(pid)
sed -i 's/^member: /membre: /' /etc/mrg/node/node.textproto
dpkg --install /walk/one/*.deb >/tmp/apt 2>&1 || { cat /tmp/apt; exit 1; }
grep '^mrg-node:\|^mrgd:' /tmp/apt
expect "the node goes on as it was" test "$(pid)" = "$before"
expect "and is ready" ready
sed -i 's/^membre: /member: /' /etc/mrg/node/node.textproto
systemctl restart mrgd
within 60 "the node is ready with the line mended" ready

step "remove and install again"
files=$(kept)
apt-get -qq remove --yes mrg-node >/tmp/apt 2>&1 || { cat /tmp/apt; exit 1; }
expect "the node is stopped" test -z "$(pgrep -u mrg mrgd || true)"
expect "configuration, keys and flags are there" test "$(kept)" = "$files"
apt-get -qq install --yes --no-install-recommends /walk/two/*.deb >/tmp/apt 2>&1 || { cat /tmp/apt; exit 1; }
within 60 "the node is ready, with the same log" ready

step purge
apt-get -qq purge --yes mrg-node mrgctl >/tmp/apt 2>&1 || { cat /tmp/apt; exit 1; }
expect "the user is gone" test -z "$(getent passwd mrg || true)"
expect "nothing is left" test -z "$(find / -xdev \( -path /walk -o -path /proc -o -path /root \
  -o -path /tmp -o -path /var/log \) -prune -o -iname '*mrg[dc-]*' -print -o -path /etc/mrg -print \
  -o -path /var/lib/mrg -print)"
step end
