// Prints what Vault's Go framework makes of odd inputs, for every type of field.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/hashicorp/vault/sdk/framework"
	"github.com/hashicorp/vault/sdk/logical"
)

type fieldType struct {
	name   string
	schema framework.FieldType
	inputs []string
}

// Every type gets these; JSON texts, as a plugin receives them.
var common = []string{
	`null`, `true`, `false`, `0`, `1`, `-1`, `-0`, `1.5`, `-1.5`, `0.1`, `1e-7`, `100000`, `1234567`, `1e20`, `1e21`, `123456789012`,
	`9007199254740992`, `9223372036`, `9223372037`, `1e300`, `-1e300`, `9223372036854775807`,
	`""`, `" "`, `"0"`, `"1"`, `"-1"`, `"+1"`, `" 1"`, `"1 "`, `"1.5"`, `"1e3"`, `"a"`, `"A b"`, `"true"`, `"True"`, `"tRUE"`, `"t"`, `"yes"`,
	`"null"`, `"[]"`, `"{}"`, `"a,b"`, `"a, b ,"`, `"1,2"`, `","`, `"a=b"`, `"a=b=c"`, `"=b"`, `"a:b"`, `":b"`, `"9223372036854775807"`,
	`"9223372036854775808"`, `"-9223372036854775808"`, `"999999999999999999999999999"`, `"999999999999999999999999999x"`, `"1h"`, `"1d"`,
	`"\u00e4\u00d6"`, `"\u0000"`, `"\ud800"`, `"\ud83d\ude00"`, `"tab\there \"quoted\" \\ \u007f \u200b \ufeff \u00a0 \u0085"`,
	`[]`, `[null]`, `["a"]`, `["a","b"]`, `[" a ","b,c"]`, `[1,2]`, `[1.5,true]`, `["1","x"]`, `[[]]`, `[["a"]]`, `[{}]`, `[{"a":"b"}]`,
	`[{"a":"b"},{"a":"c","d":1}]`, `["a=b","c=d=e"]`, `["a=b",null]`, `["a:b","c:d:e"]`, `["x",{"a":1}]`, `[{"a":1},"x",[2]]`, `[null,{"a":1}]`,
	`{}`, `{"a":"b"}`, `{"a":1}`, `{"a":"x","b":true}`, `{"a":1.5}`, `{"c":null}`, `{"a":[]}`, `{"a":["b","c"]}`, `{"a":{"b":[1,null,"c"]}}`, `{"b":[],"a":["c"]}`,
	`{"__proto__":"x","constructor":"y"}`, `{"":"empty"}`,
}

var types = []fieldType{
	{"string", framework.TypeString, []string{
		`1e22`, `1.7976931348623157e308`, `5e-324`, `0.000001`, `123456789.123456789`, `1e6`, `-1e-5`, `[1e6,100000,123456,999999.5,1e-5,-0,123456789.5,1e20,1e22,0.0001,0.00001]`,
	}},
	{"lowerCaseString", framework.TypeLowerCaseString, []string{`"ABC def"`, `"\u0130\u03a3 \u03a3\u03a3 \u1e9e \u00c5"`, `"\u01c5 \ud801\udc00"`, `"I\u0307"`}},
	{"nameString", framework.TypeNameString, []string{
		`"a"`, `"_"`, `"a-b"`, `"a.b"`, `"-a"`, `"a-"`, `"a..b"`, `"a--b"`, `"a b"`, `"a/b"`, `"a@b"`, `"a\n"`, `"\na"`, `"\u00e4"`, `"a\u00e4b"`, `"A9_"`, `".."`, `"a.-.b"`,
	}},
	{"int", framework.TypeInt, intInputs},
	{"int64", framework.TypeInt64, intInputs},
	{"float", framework.TypeFloat, []string{
		`"1e400"`, `"-1e400"`, `"1e-400"`, `".5"`, `"5."`, `"."`, `"+.5e-1"`, `"e5"`, `"1e"`, `"1e+"`, `"1_0"`, `"1_000.5"`, `"_1"`, `"1__0"`, `"1_"`, `"1_.5"`,
		`"inf"`, `"-Inf"`, `"+Infinity"`, `"nan"`, `"NaN"`, `"+nan"`, `"infinit"`, `"0x1p-2"`, `"0X1.8P1"`, `"0x.8p0"`, `"0x1"`, `"0x"`, `"0xp1"`, `"0x_1p1"`, `"0x1_0p1"`,
		`"0x1p99999"`, `"0x0p99999"`, `"0x1p-1074"`, `"0x1p-1075"`, `"0x1.fffffffffffff8p0"`, `"0x1p+1_0"`, `"0x_p1"`, `"1e1_0"`, `"0b1"`, `"1d"`, `"\u0661"`, `"1.7976931348623157e308"`,
		`"1.7976931348623159e308"`, `"0.1e1"`, `"0e99999999999999999999"`, `"1e99999999999999999999"`, `"00012"`, `"- 1"`, `"--1"`, `"+-1"`, `"1e5e5"`, `"1.2.3"`,
	}},
	{"bool", framework.TypeBool, []string{
		`"T"`, `"TRUE"`, `"F"`, `"f"`, `"FALSE"`, `"false"`, `"False"`, `"fALSE"`, `"no"`, `"on"`, `"00"`, `0.5`, `1e-300`, `" true"`,
	}},
	{"map", framework.TypeMap, []string{
		`[{"a":{"b":1}},{"a":{"c":2}}]`, `[[{"a":1}],[[{"b":2}]]]`, `[[1]]`, `[{"a":1},true]`, `[[{"a":1},["x"]]]`, `[null,null]`, `[{"__proto__":{"x":1}},{"y":2}]`,
	}},
	{"seconds", framework.TypeDurationSecond, durationInputs},
	{"signedSeconds", framework.TypeSignedDurationSecond, durationInputs},
	{"slice", framework.TypeSlice, []string{`[null,1,"a",{"b":[]}]`}},
	{"stringSlice", framework.TypeStringSlice, []string{`[null,1,true,"a","\u0085b\u3000\ufeff"]`, `["a",{"b":1},[2],"c"]`, `" a b "`}},
	{"commaStringSlice", framework.TypeCommaStringSlice, []string{
		`[null,1,true,"a"]`, `["a",{"b":1},[2],"c"]`, `" a , b"`, `",,"`, `"a\n,\tb"`, `[""]`, `["","a"]`,
	}},
	{"commaIntSlice", framework.TypeCommaIntSlice, []string{
		`"1,,2"`, `"1, 2"`, `"0x10,010,0b1"`, `"1,a,b"`, `["1","0x2",3,4.9,true,null,""]`, `["1",[2],{"a":1},"x"]`, `"1_0"`, `[9007199254740992]`,
	}},
	{"keyPairs", framework.TypeKVPairs, []string{
		`["a=1","a=2"]`, `["a="]`, `["=a"]`, `["a"]`, `[" a = b "]`, `["a=b",{"c":"d"}]`, `[{"a":"b"},"c=d"]`, `[{"a":1},{"b":true}]`, `["__proto__=x"]`, `"a=b,c=d"`,
		`[1]`, `5`, `{"a":null}`, `{"a":{"b":"c"}}`, `[[["a=b"]]]`, `[[{"a":"b"}]]`, `"\u00e4=\u2028"`,
	}},
	{"header", framework.TypeHeader, []string{
		`{"content-type":"a","X-VAULT-token":["b","c"]}`, `{"a b":"c"}`, `{"\u00e4x-y":"c"}`, `{"x_y-z9a-1b":"c"}`, `{"a":[1]}`, `{"a":["b",1,null,true,{"c":1.5}]}`, `{"a":true}`, `{"a":null}`, `{"a":{"b":1}}`,
		`"{\"a\":\"b\"}"`, `"{\"content-type\":[\"b\",1.50,2e3],\"n\":1.50}"`, `"eyJhIjoiYiJ9"`, `"eyJh\nIjoiYiJ9"`, `"{\"a\":true}"`, `"{\"a\":[true]}"`, `"[1]"`, `"5"`, `"\"a\""`, `"{"`, `"{\"a\":\"b\"} x"`, `" {\"a\":\"b\"} "`,
		`["content-type:a","content-type:b:c","x:"]`, `["a"]`, `[":a"]`, `["a:b",1]`, `["a:b",null]`, `[{"a":"b"},{"c":["d"]}]`, `[{"a":"b"},"c:d"]`, `"bnVsbA=="`,
	}},
	{"time", framework.TypeTime, []string{
		`"2024-02-29T12:34:56Z"`, `"2023-02-29T12:34:56Z"`, `"2024-01-02T03:04:05.123456789Z"`, `"2024-01-02T03:04:05,5Z"`, `"2024-01-02T03:04:05.Z"`, `"2024-01-02T03:04:05.1234567890123Z"`,
		`"2024-01-02T3:04:05Z"`, `"2024-1-02T03:04:05Z"`, `"2024-01-02T24:00:00Z"`, `"2024-01-02T23:59:60Z"`, `"2024-01-02T03:04:05+02:00"`, `"2024-01-02T03:04:05-23:59"`, `"2024-01-02T03:04:05+24:00"`,
		`"2024-01-02T03:04:05+25:00"`, `"2024-01-02T03:04:05+01:60"`, `"2024-01-02T03:04:05+0100"`, `"2024-01-02t03:04:05Z"`, `"2024-01-02T03:04:05z"`, `"2024-01-02 03:04:05Z"`, `"2024-01-02T03:04:05"`,
		`"2024-01-02"`, `"0000-01-01T00:00:00Z"`, `"0099-12-31T23:59:59Z"`, `"9999-12-31T23:59:59.999Z"`, `"9999-12-31T23:59:59-01:00"`, `"1969-12-31T23:59:59.9995Z"`, `"2024-00-01T00:00:00Z"`, `"2024-13-01T00:00:00Z"`, `"2024-04-31T00:00:00Z"`,
		`"2024-01-00T00:00:00Z"`, `"2024-01-02T03:60:05Z"`, `"1700000000"`, `"+1700000000"`, `"-1700000000"`, `"1700000000.5"`, `"0x10"`, `1700000000`, `1700000000.5`, `" 2024-01-02T03:04:05Z"`, `"2024-01-02T03:04:05Z "`,
		`"253402300800"`, `"8640000000000"`, `"8640000000001"`,
	}},
}

var intInputs = []string{
	`"0x10"`, `"0X1F"`, `"-0x10"`, `"0b101"`, `"0B1"`, `"0o17"`, `"0O17"`, `"017"`, `"08"`, `"0"`, `"00"`, `"0x"`, `"0b"`, `"0o"`, `"0_7"`, `"0x_1"`, `"1_000"`, `"_1"`, `"1_"`, `"1__0"`, `"0b2"`, `"0x1g"`,
	`"+0x10"`, `"--1"`, `"+-1"`, `"-"`, `"+"`, `"1."`, `"1e3"`, `"0x7fffffffffffffff"`, `"0x8000000000000000"`, `"-0x8000000000000000"`, `"0xffffffffffffffff"`, `"0x1ffffffffffffffff"`,
	`"01777777777777777777777"`, `"0b111111111111111111111111111111111111111111111111111111111111111"`, `"000000000000000000000000000012"`, `"18446744073709551616x"`, `"18446744073709551615x"`,
	`"9007199254740991"`, `"9007199254740993"`, `"-9007199254740993"`, `"\u0661"`, `4.9`, `-4.9`, `4294967296`, `-9223372036854775808`, `1e19`, `9223372036854774784`,
}

var durationInputs = []string{
	`"1h30m"`, `"1.5h"`, `"-1.5h"`, `"+1h"`, `"100ms"`, `"999ms"`, `"1500ms"`, `"-1500ms"`, `"1ns"`, `"1us"`, `"1\u00b5s"`, `"1\u03bcs"`, `"1\u00b5"`, `"3000000us"`, `"1m"`, `"1s"`, `".5m"`, `"5.m"`, `".s"`, `"."`, `"s"`, `"h"`, `"-"`, `"+"`, `"-0"`, `"+0"`, `"0s"`,
	`"1"`, `"01"`, `"0x10"`, `"1_0"`, `"1.5"`, `"1e3s"`, `"1 h"`, `" 1h"`, `"1h "`, `"1H"`, `"1hs"`, `"1h1"`, `"1h-1m"`, `"1h1h1h"`, `"1m1h"`, `"1w"`, `"1y"`, `"2d"`, `"-2d"`, `"+2d"`, `"1.5d"`, `"d"`, `"1dd"`, `"1d2h"`, `"2h1d"`, `"0d"`, `"99999999999999999999d"`, `"106751d"`, `"106752d"`,
	`"2562047h"`, `"2562047h47m16.854775807s"`, `"2562047h47m16.854775808s"`, `"-2562047h47m16.854775808s"`, `"-2562047h47m16.854775809s"`, `"2562048h"`, `"9223372036"`, `"9223372037"`, `"-9223372036"`, `"-9223372037"`,
	`"9223372036854775807ns"`, `"9223372036854775808ns"`, `"-9223372036854775808ns"`, `"99999999999999999999ns"`, `"0000000000000000000000001s"`, `"0.9999999999s"`, `"0.99999999999999999999s"`, `"0.000000000000000000000000000000000000000000001h"`,
	`"9223372035.999999999s"`, `"8388608.999999999s"`, `"4503599.9999999999s"`, `"0.3333333333333333333h"`, `"1.00000000000000000001s"`, `"1\u00e4"`, `"1\"s"`, `"1\\"`, `"1\u0000"`, `"1\ud83d\ude00"`, `"1\u007f"`, `"1\ud800"`,
	`3600`, `3600.9`, `-3600.9`, `-0.5`, `0.999`, `-9223372036`, `-9223372037`, `9223372036.9`, `1e10`, `-9223372036854775808`, `["1h"]`, `{"a":1}`,
}

type result struct {
	Kind  string          `json:"kind"`
	Input string          `json:"input"`
	Value json.RawMessage `json:"value,omitempty"`
	Unset bool            `json:"unset,omitempty"`
	Error string          `json:"error,omitempty"`
}

func run(kind fieldType, input string) result {
	var raw any
	if err := json.Unmarshal([]byte(input), &raw); err != nil {
		panic(fmt.Sprintf("%s: %v", input, err))
	}
	out := result{Kind: kind.name, Input: input}
	backend := &framework.Backend{Paths: []*framework.Path{{
		Pattern: "test",
		Fields:  map[string]*framework.FieldSchema{"x": {Type: kind.schema}},
		Operations: map[logical.Operation]framework.OperationHandler{
			logical.UpdateOperation: &framework.PathOperation{
				Callback: func(_ context.Context, _ *logical.Request, data *framework.FieldData) (*logical.Response, error) {
					value, ok := data.GetOk("x")
					out.Unset = !ok
					if ok {
						out.Value = encode(value)
					}
					return nil, nil
				},
			},
		},
	}}}
	request := &logical.Request{Operation: logical.UpdateOperation, Path: "test", Data: map[string]any{"x": raw}}
	response, err := backend.HandleRequest(context.Background(), request)
	if err != nil {
		panic(err)
	}
	if response != nil {
		out.Error = response.Data["error"].(string)
	}
	return out
}

func encode(value any) json.RawMessage {
	switch typed := value.(type) {
	case time.Time:
		value = typed.UnixMilli()
	case float64:
		if math.IsInf(typed, 0) || math.IsNaN(typed) {
			value = fmt.Sprint(typed)
		}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return json.RawMessage(strings.TrimSpace(text.String()))
}

func main() {
	for _, kind := range types {
		seen := map[string]bool{}
		for _, input := range append(append([]string{}, common...), kind.inputs...) {
			if seen[input] {
				continue
			}
			seen[input] = true
			fmt.Println(string(encode(run(kind, input))))
		}
	}
}
