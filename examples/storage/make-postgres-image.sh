#!/bin/sh
# Makes the image postgres:local out of Debian's own packages, without a registry: the server and what it is linked against, a shell, nothing else.
#   sh make-postgres-image.sh        needs docker and busybox-static; PostgreSQL is taken from this machine, or from its Debian mirror
set -eu
root=$(mktemp -d)
trap 'rm -rf "$root" "$root.packages"' EXIT

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1) || true
if [ ! -x "${bin:-none}/postgres" ]; then
  mkdir "$root.packages"
  server=$(apt-cache depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9]*\)$/\1/p' | head -n 1)
  # Downloaded and unpacked, not installed: nothing of this machine changes.
  (cd "$root.packages" && apt-get download $(apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$server" | grep '^[a-z]' | grep -v -e '^libllvm' -e '^postgresql-common' | sort -u) >/dev/null)
  for package in "$root.packages"/*.deb; do dpkg -x "$package" "$root.packages/root"; done
  prefix="$root.packages/root"
  bin=$(ls -d "$prefix"/usr/lib/postgresql/*/bin | sort -V | tail -n 1)
else
  prefix=""
fi
version=$(basename "$(dirname "$bin")")
lib="$prefix/usr/lib/postgresql/$version/lib"
share="$prefix/usr/share/postgresql/$version"

mkdir -p "$root/bin" "$root/etc" "$root/tmp" "$root/data" "$root/proc" "$root/sys" "$root/dev" \
  "$root/usr/lib/postgresql/$version/bin" "$root/usr/lib/postgresql/$version/lib" "$root/usr/share/postgresql"
chmod 1777 "$root/tmp" "$root/data"
cp -L "$(command -v busybox)" "$root/bin/busybox"
for name in sh rm mv mkdir sleep cat echo grep sed test chmod ls id hostname; do ln -s busybox "$root/bin/$name"; done
for program in postgres initdb pg_ctl pg_isready pg_basebackup psql; do cp -L "$bin/$program" "$root/usr/lib/postgresql/$version/bin/"; done
for module in plpgsql dict_snowball libpqwalreceiver; do cp -L "$lib/$module.so" "$root/usr/lib/postgresql/$version/lib/"; done
cp -rL "$share" "$root/usr/share/postgresql/"
ln -s "/usr/lib/postgresql/$version/bin" "$root/usr/lib/postgresql/bin"
cp -rL /usr/share/zoneinfo "$root/usr/share/" 2>/dev/null || true

# The libraries that they are linked against, where the loader looks for them.
for file in "$root"/usr/lib/postgresql/"$version"/bin/* "$root"/usr/lib/postgresql/"$version"/lib/*; do
  LD_LIBRARY_PATH="$prefix/usr/lib/$(uname -m)-linux-gnu:$prefix/lib/$(uname -m)-linux-gnu" ldd "$file"
done | sed -n -e 's/.*=> \(\/[^ ]*\) .*/\1/p' -e 's/^[[:space:]]*\(\/[^ ]*ld-[^ ]*\) .*/\1/p' | sort -u | while read -r library; do
  target=${library#"$prefix"}
  mkdir -p "$root$(dirname "$target")"
  cp -L "$library" "$root$target"
done

echo 'root:x:0:0::/:/bin/sh
postgres:x:999:999::/data:/bin/sh' > "$root/etc/passwd"
echo 'postgres:x:999:' > "$root/etc/group"
echo 'hosts: files dns' > "$root/etc/nsswitch.conf"
tar -C "$root" -c . | docker import --change 'USER 999:999' --change 'ENV PATH=/usr/lib/postgresql/bin:/bin LANG=C PGDATA=/data/pgdata' - postgres:local >/dev/null
echo "postgres:local is PostgreSQL $version"
