# shellcheck shell=bash
# Sourced by the scripts that run inside the namespaces of a test cluster.

# Moves this process into this cgroup of every hierarchy that is mounted here, and makes the cgroup
# if there is none. A cgroup namespace that begins afterwards has its root there.
enter_cgroup() { # NAME
  local at setting
  while read -r at; do
    if [ ! -d "$at/$1" ]; then
      mkdir "$at/$1"
      for setting in cpuset.cpus cpuset.mems; do
        # Version 1 has new cpusets empty, and lets no process into them.
        if [ -e "$at/$setting" ]; then cat "$at/$setting" >"$at/$1/$setting"; fi
      done
    fi
    echo 0 >"$at/$1/cgroup.procs"
  done < <(findmnt --noheadings --output TARGET --list --types cgroup,cgroup2)
}

# Mounts sysfs and every cgroup hierarchy anew, as this process' namespaces show them.
mount_sys() { # FOLDER
  local at type options name first=yes
  local -a hierarchies
  mapfile -t hierarchies < <(findmnt --noheadings --list --types cgroup,cgroup2 \
    --output TARGET,FSTYPE,FS-OPTIONS)
  # Hidden ones would still be listed, and confuse whoever reads the list.
  if mountpoint --quiet "$1"; then umount --recursive --lazy "$1"; fi
  mount -t sysfs -o nosuid,nodev,noexec sysfs "$1"
  for at in "${hierarchies[@]}"; do
    read -r at type options <<<"$at"
    if [ "$type" = cgroup2 ] && [ "$at" = /sys/fs/cgroup ]; then
      mount -t cgroup2 cgroup2 "$1/fs/cgroup"
      delegate "$1/fs/cgroup"
      return
    fi
    if [ -n "$first" ]; then mount -t tmpfs -o mode=755 tmpfs "$1/fs/cgroup"; fi
    first=
    name=${at##*/}
    mkdir -p "$1/fs/cgroup/$name"
    if [ "$type" = cgroup2 ]; then
      mount -t cgroup2 cgroup2 "$1/fs/cgroup/$name"
    else
      # What is left of "rw,cpu,cpuacct" or "rw,xattr,name=systemd" names the hierarchy.
      options=$(tr , '\n' <<<"$options" | grep -vxE 'rw|ro|xattr|release_agent=.*' | paste -sd,)
      case "$options" in name=*) options=none,$options ;; esac
      mount -t cgroup -o "$options" cgroup "$1/fs/cgroup/$name"
    fi
  done
}

# Version 2: only a cgroup without processes gives its controllers to those below it.
delegate() { # FOLDER
  local pid controller
  mkdir -p "$1/init"
  while read -r pid; do
    echo "$pid" >"$1/init/cgroup.procs" 2>/dev/null || true
  done <"$1/cgroup.procs"
  for controller in $(cat "$1/cgroup.controllers"); do
    echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null || true
  done
}

# Where this distribution has the CNI plugins.
cni_plugins() {
  local dir
  for dir in /usr/lib/cni /usr/libexec/cni /opt/cni/bin; do
    if [ -x "$dir/ptp" ] && [ -x "$dir/host-local" ] && [ -x "$dir/loopback" ]; then
      echo "$dir"
      return
    fi
  done
  return 1
}
