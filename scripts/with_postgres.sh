#!/bin/sh
# with_postgres.sh COMMAND…: run a command on a PostgreSQL of its own, then stop and remove it.
# The cluster lives in a temporary folder, listens on a socket there and on no port. DATABASE_URL names it.
set -eu
[ $# -gt 0 ] || { echo "Usage : with_postgres.sh COMMANDE…" >&2; exit 2; }

find_binaries() {
  for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) "$(pg_config --bindir 2>/dev/null || true)"; do
    [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && echo "$folder" && return 0
  done
  return 1
}

if ! binaries=$(find_binaries); then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    mkdir -p /etc/postgresql-common  # no cluster but ours
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
    binaries=$(find_binaries) || { echo "PostgreSQL s'est installé sans initdb ni pg_ctl." >&2; exit 3; }
  else
    echo "PostgreSQL n'est pas installé et ne peut pas l'être ici : installez le paquet postgresql, puis relancez." >&2
    exit 3
  fi
fi

home=$(mktemp -d "${TMPDIR:-/tmp}/maillage-pg-XXXXXX")
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then  # initdb refuses root
  owner=postgres
  id "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$home"
  as_owner() { (cd "$home" && exec runuser -u "$owner" -- "$@"); }
fi

stop() {
  as_owner "$binaries/pg_ctl" --pgdata="$home/data" --mode=immediate --silent stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_owner "$binaries/initdb" --pgdata="$home/data" --username=maillage --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$home/initdb.log" 2>&1 || {
  cat "$home/initdb.log" >&2
  exit 3
}
# Nothing here outlives the command: durability is traded for speed.
as_owner "$binaries/pg_ctl" --pgdata="$home/data" --log="$home/server.log" --wait --silent start --options="\
 -c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off -c synchronous_commit=off -c full_page_writes=off" || {
  cat "$home/server.log" >&2
  exit 3
}
as_owner "$binaries/createdb" --host="$home" --username=maillage maillage
chmod 755 "$home"
DATABASE_URL="postgres://maillage@$(echo "$home" | sed 's|/|%2F|g')/maillage"
PATH="$binaries:$PATH"
export DATABASE_URL PATH
"$@"
