#!/bin/sh
# Runs a command with a Cognito user of its own: APP_USERNAME, APP_PASSWORD and APP_TOKEN. Needs VAULT_ADDR and VAULT_TOKEN.
set -eu

# A lease ends with the token that it was read with. So whatever happens to the job, revoking this token deletes the user, and when
# even that does not happen the token's own end does.
VAULT_TOKEN=$(vault token create -field=token -ttl=30m -policy=ci-job)
# OpenBao prefers this name: left alone, it would be the caller's token that is revoked below.
BAO_TOKEN=$VAULT_TOKEN
export VAULT_TOKEN BAO_TOKEN
trap 'vault token revoke -self >/dev/null' EXIT

user=$(vault read cognito/creds/my-cognito-user)
field() { printf '%s\n' "$user" | awk -v name="$1" '$1 == name { print $2 }'; }

APP_USERNAME=$(field username) APP_PASSWORD=$(field password) APP_TOKEN=$(field access_token) "$@"
