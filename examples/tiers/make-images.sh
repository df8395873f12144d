#!/bin/sh
# Makes the images of the three tiers without a registry: tiers:v1 and tiers:v2, the application with this machine's .NET, and redis:local out of
# Debian's own packages.
#   sh make-images.sh PUBLISHED [ENGINE…]     needs docker, busybox-static and Debian's mirror; PUBLISHED is the folder of `dotnet publish
#                                             examples/apps/tiers`; the engines are those of DOCKER_HOST's form, without any the machine's own
set -eu
published=$1
shift
[ $# -gt 0 ] || set -- "${DOCKER_HOST:-unix:///var/run/docker.sock}"
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
machine=$(uname -m)-linux-gnu

import() { # archive name options…
  archive=$1 name=$2
  shift 2
  for engine in $engines; do docker --host "$engine" import "$@" "$archive" "$name" >/dev/null; done
}
engines=$*

# What a program is linked against goes where the loader looks for it.
add_libraries() { # image-root prefix file…
  image=$1 prefix=$2
  shift 2
  for file in "$@"; do LD_LIBRARY_PATH="$prefix/usr/lib/$machine:$prefix/lib/$machine" ldd "$file" 2>/dev/null || true; done |
    sed -n -e 's/.*=> \(\/[^ ]*\) .*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*ld-[^ ]*\) .*/\1/p' | sort -u | while read -r library; do
      target=$image${library#"$prefix"}
      mkdir -p "$(dirname "$target")"
      [ -e "$target" ] || cp -L "$library" "$target"
    done
}

# Names are looked up by libraries that nothing is linked against.
add_base() { # image-root
  mkdir -p "$1/bin" "$1/etc" "$1/tmp" "$1/data" "$1/proc" "$1/sys" "$1/dev" "$1/lib/$machine"
  chmod 1777 "$1/tmp" "$1/data"
  cp -L "$(command -v busybox)" "$1/bin/busybox"
  for name in sh sleep cat echo test ls; do ln -s busybox "$1/bin/$name"; done
  for name in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2; do [ ! -e "/lib/$machine/$name" ] || cp -L "/lib/$machine/$name" "$1/lib/$machine/"; done
  echo 'root:x:0:0::/:/bin/sh
app:x:999:999::/data:/bin/sh' >"$1/etc/passwd"
  echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
}

# The application with this machine's .NET: the host, the runtime and ASP.NET, not the SDK.
app=$root/app
add_base "$app"
dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
version=$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' "$published/tiers.runtimeconfig.json" | cut -d. -f1 | head -n 1)
mkdir -p "$app/dotnet/shared" "$app/tiers"
cp "$dotnet/dotnet" "$app/dotnet/"
cp -r "$dotnet/host" "$app/dotnet/"
for framework in Microsoft.NETCore.App Microsoft.AspNetCore.App; do
  newest=$(ls -d "$dotnet/shared/$framework/$version".* | sort -V | tail -n 1)
  mkdir -p "$app/dotnet/shared/$framework"
  cp -r "$newest" "$app/dotnet/shared/$framework/"
done
cp -r "$published"/. "$app/tiers/"
add_libraries "$app" "" "$app/dotnet/dotnet" $(find "$app/dotnet" -name '*.so')
tar -C "$app" -cf "$root/app.tar" .
for tag in v1 v2; do
  import "$root/app.tar" "tiers:$tag" --change 'USER 999:999' --change 'WORKDIR /tiers' --change "ENV VERSION=$tag DOTNET_EnableDiagnostics=0 DOTNET_gcServer=0 HOME=/tmp" \
    --change 'ENTRYPOINT ["/dotnet/dotnet", "/tiers/tiers.dll"]'
done

# Redis: from this machine, or downloaded and unpacked, not installed.
redis=$root/redis prefix="" server=$(command -v redis-server || true)
add_base "$redis"
if [ -z "$server" ]; then
  prefix=$root/unpacked
  mkdir -p "$root/packages" "$prefix"
  (cd "$root/packages" && apt-get -o APT::Sandbox::User=root download redis-tools $(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances redis-tools |
    grep '^lib' | sort -u) >/dev/null)
  for package in "$root/packages"/*.deb; do dpkg -x "$package" "$prefix"; done
  server=$prefix/usr/bin/redis-check-rdb # One program with several names; this is the file itself.
fi
cp -L "$server" "$redis/bin/redis-server"
add_libraries "$redis" "$prefix" "$server"
tar -C "$redis" -cf "$root/redis.tar" .
import "$root/redis.tar" redis:local --change 'USER 999:999' --change 'WORKDIR /data' --change 'ENV PATH=/bin' \
  --change 'ENTRYPOINT ["redis-server", "--dir", "/data", "--appendonly", "yes", "--appendfsync", "always", "--protected-mode", "no", "--save", ""]'
echo "tiers:v1, tiers:v2 and redis:local are made"
