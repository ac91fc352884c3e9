# An application: one role's credentials, and the life of its own leases.
path "cognito/creds/my-cognito-user" {
  capabilities = ["read"]
}
path "sys/leases/renew" {
  capabilities = ["update"]
}
path "sys/leases/revoke" {
  capabilities = ["update"]
}
