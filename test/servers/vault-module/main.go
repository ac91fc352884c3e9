// Vault from its Go module, for tests on machines that have Go but no vault.
package main

import (
	"os"

	vault "github.com/hashicorp/vault/command"
)

func main() {
	os.Exit(vault.Run(os.Args[1:]))
}
