# An auditor: sees what is configured. Secrets are never part of an answer.
path "cognito/config" {
  capabilities = ["read"]
}
path "cognito/roles/*" {
  capabilities = ["read"]
}
path "cognito/roles/" {
  capabilities = ["list"]
}
