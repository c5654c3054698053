#!/bin/sh
# The entry point of the PostgreSQL stand-in: the settings of the public image that its contract names.
# POSTGRES_USER, POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, POSTGRES_DB, PGDATA, /docker-entrypoint-initdb.d.
set -eu

# From a variable, or from the file that NAME_FILE names.
setting() { # setting NAME DEFAULT
  eval "value=\${$1:-} file=\${$1_FILE:-}"
  if [ -n "$value" ] && [ -n "$file" ]; then
    echo "both $1 and $1_FILE are set" >&2
    exit 1
  fi
  if [ -n "$file" ]; then value=$(cat "$file"); fi
  printf '%s' "${value:-$2}"
}

if [ "$1" != postgres ]; then exec "$@"; fi

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /run/postgresql
  chown -R postgres:postgres "$PGDATA" /run/postgresql
  chmod 0700 "$PGDATA"
  exec gosu postgres "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=$(setting POSTGRES_USER postgres)
  database=$(setting POSTGRES_DB "$user")
  password=$(setting POSTGRES_PASSWORD '')
  if [ -z "$password" ]; then
    echo 'the database has no superuser password: set POSTGRES_PASSWORD_FILE' >&2
    exit 1
  fi
  umask 077
  printf '%s\n' "$password" > /tmp/password
  initdb --username="$user" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 --locale=C.UTF-8 > /dev/null
  rm /tmp/password
  umask 022
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"

  # On the socket alone, so that nobody reaches a database that is half made.
  pg_ctl -D "$PGDATA" -o "-c listen_addresses=''" -w start > /dev/null
  sql() { psql -v ON_ERROR_STOP=1 --no-password --no-psqlrc --username "$user" "$@"; }
  if [ "$database" != postgres ]; then
    sql --dbname postgres --set name="$database" -q <<'SQL'
create database :"name";
SQL
  fi
  export POSTGRES_USER="$user" POSTGRES_DB="$database" PGUSER="$user" PGDATABASE="$database"
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sql) echo "running $file"; sql --dbname "$database" -f "$file" ;;
      *.sh) echo "running $file"; if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
      *) [ -e "$file" ] && echo "ignoring $file" ;;
    esac
  done
  unset PGUSER PGDATABASE
  pg_ctl -D "$PGDATA" -m fast -w stop > /dev/null
fi

exec "$@" -c listen_addresses='*'
