#!/bin/sh
# Three PostgreSQL servers that keep their data and their names: a runbook, with kubectl. Each step can be run again.
#   sh ensemble.sh up | write TEXT | check | roll | lose POD | down
# `check` fails unless every server has all that was ever written.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
servers="pg-1 pg-2 pg-3"

sql() { kubectl exec "$1" -- psql -U postgres -h 127.0.0.1 -Atc "$2"; }

ready() { kubectl rollout status sts/pg --timeout=180s && kubectl wait pod -l app=pg --for=condition=Ready --timeout=120s; }

case "${1:-}" in
  up)
    kubectl apply -f "$here/ensemble.yaml"
    ready
    sql pg-1 'create table if not exists said (number serial primary key, text text not null)'
    ;;
  write)
    sql pg-1 "insert into said (text) values ('$2')"
    ;;
  check)
    wanted=$(sql pg-1 "select count(*) || ' ' || coalesce(string_agg(text, ',' order by number), '') from said")
    for server in $servers; do
      tries=0
      until [ "$(sql "$server" "select count(*) || ' ' || coalesce(string_agg(text, ',' order by number), '') from said")" = "$wanted" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || { echo "$server lacks something of: $wanted" >&2; exit 1; }
        sleep 0.5
      done
      echo "$server has $wanted"
    done
    ;;
  roll)
    kubectl rollout restart sts/pg
    ready
    ;;
  lose)
    kubectl delete pod "$2" --timeout=60s
    ready
    ;;
  down)
    kubectl delete sts/pg svc/pg cm/pg --ignore-not-found --timeout=120s
    kubectl wait pod -l app=pg --for=delete --timeout=120s
    # Only this takes the data: the claims outlive the servers.
    kubectl delete pvc -l app=pg --timeout=120s
    ;;
  *)
    sed -n '2,4s/^# //p' "$0" >&2
    exit 64
    ;;
esac
