#!/bin/sh
# The second quick start of the README, with curl alone: a consent, a message, a mail with an attachment. Wants
#   node tools/services-sandbox.mjs                        in one terminal
#   npm start with the settings that the sandbox prints    in another
#   SETUP_TOKEN=<the token of the setup link> sh tools/quick-start-services.sh
set -eu

URL=${URL:-http://localhost:3000}
EMAIL=${EMAIL:-admin@example.com}
PASSWORD=${PASSWORD:-correct horse battery staple}
SETUP_TOKEN=${SETUP_TOKEN:-}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
request() {
  if [ $# -eq 3 ]; then set -- "$1" "$2" -H 'content-type: application/json' -d "$3"; fi
  method=$1 path=$2
  shift 2
  curl -sS --fail-with-body -b "$work/cookies" -c "$work/cookies" -X "$method" "$URL$path" "$@" -o "$work/answer" ||
    fail "$method $path: $(cat "$work/answer")"
  cut -c1-300 "$work/answer"
  echo
}
first_id() { sed -n 's/^{"id":"\([^"]*\)".*/\1/p' "$work/answer"; }
expect() { grep -q "$1" "$work/answer" || fail "expected $1"; }
# sent PATH: waits until the message there is sent.
sent() {
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    request GET "$1"
    if grep -q '"status":"sent"' "$work/answer"; then return; fi
    sleep 1
  done
  fail "not sent: $1"
}

say 'Sign in'
request GET /api/setup
if grep -q '"required":true' "$work/answer"; then
  [ -n "$SETUP_TOKEN" ] || fail 'set SETUP_TOKEN to the token that the server printed'
  request POST /api/setup "{\"setup_token\":\"$SETUP_TOKEN\",\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\",\"organization_name\":\"Acme\"}"
else
  request POST /api/auth/login "{\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\"}"
fi

say 'Create a Slack connector with the credentials of the app'
request POST /api/connectors '{"name":"Sandbox Slack","category":"messaging","provider_type":"slack","param_ids":[
  {"key":"client_id","value":"sandbox-client"},{"key":"client_secret","value":"sandbox-secret"},
  {"key":"default_channel","value":"#general"}]}'
connector=$(first_id)

say 'Ask for the consent page, and give the consent there: it leads back with a code'
request POST "/api/connectors/$connector/oauth/authorize"
consent=$(sed -n 's/.*"authorization_url":"\([^"]*\)".*/\1/p' "$work/answer")
callback=$(curl -sS -o /dev/null -w '%{redirect_url}' "$consent")
[ -n "$callback" ] || fail 'the consent page did not lead back'
curl -sS --fail-with-body -b "$work/cookies" "$callback" -o "$work/answer" || fail "$(cat "$work/answer")"
cut -c1-300 "$work/answer"
echo
expect '"success":true'

say 'The tokens are stored and the connection is tested: activate it, make it the default, post'
request POST "/api/connectors/$connector/activate"
request PATCH "/api/connectors/$connector" '{"is_default":true}'
request POST /api/messaging/messages '{"text":"Hello from the quick start"}'
sent "/api/messaging/messages/$(first_id)"

say 'Send a mail with an attachment by the built-in transport'
head -c 1000000 /dev/urandom >"$work/report"
request POST /api/storage/documents -F "file=@$work/report;filename=report.bin"
document=$(first_id)
request POST /api/email/messages "{\"to\":[\"someone@example.com\"],\"subject\":\"The report\",\"text\":\"See the attachment.\",\"attachments\":[\"$document\"]}"
sent "/api/email/messages/$(first_id)"
say 'Done: the sandbox shows what it got'
