# An operator: sets the mount up, and takes no credentials from it.
path "cognito/config" {
  capabilities = ["create", "read", "update", "delete"]
}
path "cognito/roles/*" {
  capabilities = ["create", "read", "update", "delete"]
}
path "cognito/roles/" {
  capabilities = ["list"]
}
path "sys/leases/lookup/cognito/*" {
  capabilities = ["list", "sudo"]
}
path "sys/leases/revoke-prefix/cognito/*" {
  capabilities = ["update", "sudo"]
}
