#!/bin/sh
# First process of a node: makes the node's own view of the file system, then reaps orphans for ever.
# The fabric starts it inside fresh namespaces with: NODE DISK (overlay store) SHARE (the lab's corner on the host)
# DATA (data directory, hidden from the node) CHECKOUT NODE_BINARY SHARED_DISKS (name=device ..., may be empty).
set -eu
fail() { echo "failed: $*"; exit 1; }
quiet() { "$@" 2>/dev/null || true; }

hostname "$NODE" || fail "the host name could not be set"

# The lab's corner comes first: what is to be seen there may live under a directory that is replaced below.
mount -t tmpfs -o mode=755 run "/run" || fail "no private /run"
mkdir -p /run/lab
mount --bind "$SHARE" /run/lab || fail "no lab corner"
mkdir -p /run/lab/src/apps/lab /run/lab/src/node_modules
[ -e /run/lab/node ] || : > /run/lab/node
mount --bind "$NODE_BINARY" /run/lab/node || fail "no runtime"
mount --bind "$CHECKOUT/apps/lab" /run/lab/src/apps/lab || fail "no programs"
mount --bind "$CHECKOUT/node_modules" /run/lab/src/node_modules || fail "no libraries"

# Overlays keep what the node changes. Directories can be renamed in them, as on any disk (redirect_dir); a user namespace
# may not have that and gets userxattr. The store is reached by a path of its own: it may lie below a directory that is
# about to be overlaid.
mkdir /run/disk
mount --bind "$DISK" /run/disk || fail "no disk"
for directory in etc usr var opt; do
  store="/run/disk/$directory"
  options="lowerdir=/$directory,upperdir=$store/upper,workdir=$store/work"
  mount -t overlay -o "$options,redirect_dir=on" overlay "/$directory" 2>/dev/null ||
    mount -t overlay -o "$options,userxattr" overlay "/$directory" 2>/dev/null ||
    fail "no overlay of /$directory"
done
umount /run/disk && rmdir /run/disk

# A device directory of its own: the machine's devices stay the machine's.
mkdir -p /run/dev
mount -t tmpfs -o mode=755 dev /run/dev || fail "no private /dev"
for device in null zero full random urandom tty; do
  : > "/run/dev/$device"
  mount --bind "/dev/$device" "/run/dev/$device" || fail "no /dev/$device"
done
mkdir -p /run/dev/shm /run/dev/pts /run/dev/disk/by-id
mount -t tmpfs -o mode=1777 shm /run/dev/shm
quiet mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts /run/dev/pts
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
ln -s fd/0 /run/dev/stdin; ln -s fd/1 /run/dev/stdout; ln -s fd/2 /run/dev/stderr
for disk in $SHARED_DISKS; do
  # A device file of its own, not a bind mount: the Filesystem agent unmounts every bind mount of the disk it stops.
  mknod -m 660 "/run/dev/disk/by-id/bulkhead-lab-${disk%%=*}" b $(stat -c '0x%t 0x%T' "${disk#*=}") ||
    fail "no shared disk ${disk%%=*}"
done
mount --move /run/dev /dev && rmdir /run/dev

mount -t tmpfs -o mode=1777 tmp /tmp
quiet mount -t tmpfs -o mode=755 srv /srv
for disk in $SHARED_DISKS; do quiet mkdir -p "/srv/${disk%%=*}"; done
quiet mount -t sysfs sys /sys
# The controller's secrets are not the node's to read.
[ ! -d "$DATA" ] || quiet mount -t tmpfs -o ro,mode=700 hidden "$DATA"

mkdir -p /run/lock /run/crm /run/postgresql /run/resource-agents /run/corosync-qdevice /run/corosync-qnetd
chmod 1777 /run/lock
chmod 1755 /run/resource-agents
quiet chown postgres:postgres /run/postgresql
quiet chmod 2775 /run/postgresql
quiet chown hacluster:haclient /run/crm
quiet chmod 750 /run/crm
quiet chown coroqnetd:coroqnetd /run/corosync-qnetd

# Whatever is not overlaid belongs to the machine; nodes only read it.
quiet mount -o remount,bind,ro /
ip link set lo up
[ ! -e /proc/net/if_inet6 ] || echo 'listen [::]:80 default_server ipv6only=on backlog=4096;' > /run/lab-listen6.conf
echo ready

# A process that outlives its parent becomes ours; waiting reaps it, or a dead Postgres would still look alive.
while :; do
  sleep 86400 &
  wait $!
done
