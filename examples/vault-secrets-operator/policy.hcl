# "update" as well: with params the operator writes to the path that it otherwise reads.
path "cognito/creds/my-machine" {
  capabilities = ["read"]
}
path "cognito/creds/my-cognito-user" {
  capabilities = ["read", "update"]
}
