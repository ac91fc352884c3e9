path "cognito/creds/my-machine" {
  capabilities = ["read"]
}

# What the agent does with its own token; the default policy has it too.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
