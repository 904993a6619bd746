#!/bin/sh
# The quick start of the README, with curl alone. Wants a server (npm start) and the S3 sandbox, both running:
#   node tools/s3-sandbox.mjs                              in one terminal
#   EDE_EGRESS_ALLOW=127.0.0.1:9000 npm start              in another
#   SETUP_TOKEN=<the token of the setup link> sh tools/quick-start.sh
set -eu

URL=${URL:-http://localhost:3000}
S3=${S3:-http://127.0.0.1:9000}
EMAIL=${EMAIL:-admin@example.com}
PASSWORD=${PASSWORD:-correct horse battery staple}
SETUP_TOKEN=${SETUP_TOKEN:-}
MEGABYTES=${MEGABYTES:-200}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
# request METHOD PATH [BODY | curl options…]: sends JSON in the session; the answer is kept, and shown.
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

say 'Sign in'
request GET /api/setup
if grep -q '"required":true' "$work/answer"; then
  [ -n "$SETUP_TOKEN" ] || fail 'set SETUP_TOKEN to the token that the server printed'
  request POST /api/setup "{\"setup_token\":\"$SETUP_TOKEN\",\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\",\"organization_name\":\"Acme\"}"
else
  request POST /api/auth/login "{\"email\":\"$EMAIL\",\"password\":\"$PASSWORD\"}"
fi

say 'Create a connector, with a wrong secret'
request POST /api/connectors "{\"name\":\"Sandbox\",\"category\":\"storage\",\"provider_type\":\"s3_compatible\",\"param_ids\":[
  {\"key\":\"endpoint\",\"value\":\"$S3\"},{\"key\":\"bucket\",\"value\":\"sandbox\"},
  {\"key\":\"access_key\",\"value\":\"S3RVER\"},{\"key\":\"secret_key\",\"value\":\"not the secret\"}]}"
connector=$(first_id)

say 'Test it: the answer names the step that failed'
request POST "/api/connectors/$connector/test"
expect '"success":false'
expect '"name":"auth","ok":false'

say 'Correct the secret, and test again'
request PATCH "/api/connectors/$connector" '{"param_ids":[{"key":"secret_key","value":"sandbox-secret-key"}]}'
request POST "/api/connectors/$connector/test"
expect '"success":true'

say 'Activate it, and make it the default'
request POST "/api/connectors/$connector/activate"
request PATCH "/api/connectors/$connector" '{"is_default":true}'
expect '"is_routing":true'

say "Upload a document of $MEGABYTES MB: it goes to the bucket"
head -c "${MEGABYTES}000000" /dev/urandom >"$work/document"
request POST /api/storage/documents -F "file=@$work/document;filename=document.bin"
expect "\"connector_id\":\"$connector\""
document=$(first_id)

say 'Download it, and compare'
curl -sS --fail -b "$work/cookies" "$URL/api/storage/documents/$document/content" -o "$work/download"
cmp "$work/document" "$work/download" && echo 'equal bytes'

say 'Delete everything'
request DELETE "/api/storage/documents/$document"
request DELETE "/api/connectors/$connector"
say 'Done'
