// Prints what Vault's Go framework answers to help requests, for the paths that help.test.ts declares as well.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hashicorp/vault/sdk/framework"
	"github.com/hashicorp/vault/sdk/logical"
)

type system struct {
	logical.StaticSystemView
}

func (system) PluginEnv(context.Context) (*logical.PluginEnvironment, error) {
	return &logical.PluginEnvironment{VaultVersion: "1.21.0"}, nil
}

func answer(context.Context, *logical.Request, *framework.FieldData) (*logical.Response, error) {
	return nil, nil
}

func exists(context.Context, *logical.Request, *framework.FieldData) (bool, error) {
	return false, nil
}

type fields = map[string]*framework.FieldSchema
type operations = map[logical.Operation]framework.OperationHandler

func operation(summary string) *framework.PathOperation {
	return &framework.PathOperation{Callback: answer, Summary: summary}
}

func backend() *framework.Backend {
	return &framework.Backend{
		BackendType: logical.TypeLogical,
		Help:        "\nThe zoo keeps animals.\n\nIt opens\tat nine.\n",
		PathsSpecial: &logical.Paths{
			Root:            []string{"keys/*"},
			Unauthenticated: []string{"status"},
		},
		Paths: []*framework.Path{
			{
				Pattern:         "config",
				HelpSynopsis:    "Configure the zoo.",
				HelpDescription: "\nAll fields are optional.\n\n  * one\n\n  * two\n",
				Fields: fields{
					"access_key": {Type: framework.TypeString, Description: "  The key,\n  on\ttwo lines.  ", DisplayAttrs: &framework.DisplayAttributes{Sensitive: true}},
					"old_key":    {Type: framework.TypeString, Description: "Use access_key.\n\nTruly.", Deprecated: true},
					"silent":     {Type: framework.TypeBool},
					"opened":     {Type: framework.TypeTime, Description: "When it opened.", Required: true},
				},
				ExistenceCheck: exists,
				Operations: operations{
					logical.CreateOperation: operation("Configure the zoo."),
					logical.UpdateOperation: operation("Configure the zoo."),
					logical.ReadOperation:   &framework.PathOperation{Callback: answer, Summary: "Read it.", Description: "\nAll but the key.\n"},
					logical.DeleteOperation: operation("Configure the zoo."),
					logical.PatchOperation:  &framework.PathOperation{Callback: answer, Summary: "Change it.", Deprecated: true},
				},
			},
			{
				Pattern:      "animals/?",
				HelpSynopsis: "List the animals.",
				Fields: fields{
					"after": {Type: framework.TypeString, Description: "Start behind it.", Query: true},
					"limit": {Type: framework.TypeInt, Description: "At most so many.", Query: true, Default: 0},
				},
				Operations: operations{logical.ListOperation: operation("List the animals.")},
			},
			{
				Pattern:         "animals/" + framework.GenericNameRegex("name"),
				HelpSynopsis:    "Keep\n  the animals.",
				HelpDescription: "Animals are kept here.",
				DisplayAttrs:    &framework.DisplayAttributes{OperationPrefix: "zoo", OperationSuffix: "animal", ItemType: "Animal", Navigation: true, Value: 0},
				Fields: fields{
					"name":      {Type: framework.TypeNameString, Description: "Name of the animal."},
					"nickname":  {Type: framework.TypeLowerCaseString, Description: "Its nickname.", Default: ""},
					"legs":      {Type: framework.TypeInt, Description: "How many legs.", Default: 4, Required: true},
					"hairs":     {Type: framework.TypeInt64, Description: "How many hairs."},
					"weight":    {Type: framework.TypeFloat, Description: "In kilograms.", Default: 0.5},
					"tame":      {Type: framework.TypeBool, Description: "Whether it bites.", Default: false},
					"traits":    {Type: framework.TypeMap, Description: "Anything else."},
					"nap":       {Type: framework.TypeDurationSecond, Description: "How long it sleeps.", Default: 3600},
					"drift":     {Type: framework.TypeSignedDurationSecond, Description: "How late it is."},
					"toys":      {Type: framework.TypeSlice, Description: "Its toys."},
					"friends":   {Type: framework.TypeStringSlice, Description: "Its friends."},
					"foods":     {Type: framework.TypeCommaStringSlice, Description: "Its foods.", Default: []string{"hay", "oats"}},
					"cages":     {Type: framework.TypeCommaIntSlice, Description: "Its cages."},
					"labels":    {Type: framework.TypeKVPairs, Description: "Its labels."},
					"headers":   {Type: framework.TypeHeader, Description: "Its headers."},
					"born":      {Type: framework.TypeTime, Description: "Its birthday."},
					"kind":      {Type: framework.TypeString, Description: "Its kind.", AllowedValues: []any{"cat", "dog"}, Required: true},
					"verbosely": {Type: framework.TypeBool, Description: "Tell more.", Query: true},
				},
				ExistenceCheck: exists,
				Operations: operations{
					logical.CreateOperation: operation("Keep\n  the animals."),
					logical.UpdateOperation: &framework.PathOperation{
						Callback: answer,
						Summary:  "Keep an animal.",
						Examples: []framework.RequestExample{{Data: map[string]any{"kind": "cat"}}},
						Responses: map[int][]framework.Response{
							200: {{Description: "Kept.", Fields: fields{"cages": {Type: framework.TypeCommaIntSlice, Description: "Its new cages."}}}},
							204: {{Description: "Nothing changed."}},
						},
					},
					logical.ReadOperation:   &framework.PathOperation{Callback: answer, Summary: "Look at it.", DisplayAttrs: &framework.DisplayAttributes{OperationVerb: "look-at"}},
					logical.DeleteOperation: operation("Let it go."),
				},
			},
			{
				Pattern:      "keys/" + framework.GenericNameWithAtRegex("key_id") + "/user_pool/?",
				HelpSynopsis: "Keys.",
				Fields:       fields{"key_id": {Type: framework.TypeString, Description: "Which key.", Deprecated: true}},
				Operations: operations{
					logical.ListOperation: operation("Keys."),
					logical.ReadOperation: &framework.PathOperation{Callback: answer, Summary: "Not shown.", Unpublished: true},
				},
			},
			{
				Pattern:             "notes/" + framework.MatchAllRegex("path"),
				HelpSynopsis:        "Take notes.",
				TakesArbitraryInput: true,
				Fields:              fields{"path": {Type: framework.TypeString, Description: "Where."}},
				Operations:          operations{logical.UpdateOperation: operation("Take notes.")},
			},
			{
				Pattern:             `v1\.2/drafts`,
				TakesArbitraryInput: true,
				Fields:              fields{"title": {Type: framework.TypeString}},
				ExistenceCheck:      exists,
				Operations:          operations{logical.CreateOperation: operation("")},
			},
			{
				Pattern:    "status",
				Operations: operations{logical.ReadOperation: operation("")},
			},
			{
				Pattern:      "internal",
				HelpSynopsis: "Nothing to see.",
				Operations:   operations{logical.ReadOperation: &framework.PathOperation{Callback: answer, Unpublished: true}},
			},
		},
	}
}

func main() {
	b := backend()
	config := &logical.BackendConfig{System: &system{}}
	if err := b.Setup(context.Background(), config); err != nil {
		panic(err)
	}
	requests := []*logical.Request{
		{Path: "", Data: map[string]any{"requestResponsePrefix": "my-zoo"}},
		{Path: ""},
		{Path: "config"},
		{Path: "config", Data: map[string]any{"requestResponsePrefix": "My.zoo_x 2fa 4x4 o'neil _a a.b/c"}},
		{Path: "animals"},
		{Path: "animals/rex", Data: map[string]any{"requestResponsePrefix": "zoo-1"}},
		{Path: "keys/a@b/user_pool"},
		{Path: "notes/a/b c"},
		{Path: "v1.2/drafts"},
		{Path: "status"},
	}
	var recorded []any
	for _, request := range requests {
		request.Operation = logical.HelpOperation
		response, err := b.HandleRequest(context.Background(), request)
		if err != nil {
			panic(err)
		}
		recorded = append(recorded, map[string]any{"path": request.Path, "data": request.Data, "answer": response.Data})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(recorded); err != nil {
		panic(err)
	}
	fmt.Fprint(os.Stdout, text.String())
}
