// Records what Vault's templates render, with the clock and the random source held still.
package templates

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/vault/sdk/helper/template"
)

type data struct {
	RoleName    string
	DisplayName string
	EmailDomain string
}

var usual = data{"app", "token-J\u00f6rg M\u00fcller.x", "example.com"}

// The i-th byte of each template's random source.
type source struct{ i int }

func (s *source) Read(into []byte) (int, error) {
	for at := range into {
		into[at] = byte(s.i*73 + 41)
		s.i++
	}
	return len(into), nil
}

type result struct {
	Template    string  `json:"template"`
	Now         int64   `json:"now"`
	DisplayName *string `json:"displayName,omitempty"`
	Value       *string `json:"value,omitempty"`
	Error       string  `json:"error,omitempty"`
}

var templates = []string{
	// Texts, trim markers, comments.
	``, ` `, "a\n b\t", `a{b}c`, `}}`, `a }} b`, `{`, `{ {uuid} }`, `{{`, `{{ `, `{{}}`, `{{ }}`, `{{-}}`, `{{- }}`, `{{ -}}`, `{{- -}}`, `{{-  -}}`, `{{{}}`, `{{{uuid}}}`, `{{{{uuid}}}}`,
	` a {{- "b" -}} c `, " \n\t{{- `x` }} \r\n {{ `y` -}} \u00a0z", `a {{-"b"}}`, `a {{- "b"-}} c`, `a {{"b" -}}`, `{{-3}}`, `a {{- 3 }}`, `{{3 -}} b`, `{{3-}}`, `{{ -3 -}} b`, `{{ - 3 }}`, `{{--3}}`, "{{-\n3}}", "{{\n3\n-}} x", "{{-\u00a03}}",
	`{{/* a */}}`, `a {{- /* a */ -}} b`, `{{/* a }} b */}}c`, `{{ /* a */}}`, `{{/* a */ }}`, `{{/* a */-}}`, `{{/* a`, `{{/**/}}x`, `{{/*/}}`, `{{-/* a */}}`, `{{- /* a */}}x`, "{{/* a\n\n */ -}}\n x", `a {{- /* */ -}} {{- /* */ -}} b`, `{{"a" /* b */}}`,
	`é😀{{ "ü" }}`, "\u0000{{uuid}}", "line\r\n{{ 1 }}",
	// Literals.
	`{{ "a\tb\n\"\\ \a\b\f\v\r" }}`, `{{ "\x41\101\u0041\U0001F600" }}`, `{{ "\xff" }}`, `{{ "\xc3\xbc" }}`, `{{ "\xc3" }}{{ "\xbc" }}`, `{{ "\377\400" }}`, `{{ "\400" }}`, `{{ "\ud800" }}`, `{{ "\U00110000" }}`, `{{ "\'" }}`, `{{ "'" }}`, `{{ "\q" }}`, `{{ "\x4" }}`, `{{ "\u12" }}`, `{{ "\1" }}`, `{{ "a` + "\n" + `b" }}`, `{{ "a\` + "\n" + `b" }}`, `{{ "a }}`, `{{ "a\" }}`,
	"{{ `a\\n\"b` }}", "{{ `a\r\nb` }}", "{{ `a }}", "{{ `a\nb` | uppercase }}", `{{ "}}" }}`, "{{ `{{` }}", `{{""}}`, "{{``}}",
	`{{ 0 }}`, `{{ -0 }}`, `{{ +5 }}`, `{{ 007 }}`, `{{ 08 }}`, `{{ 0x1F }}`, `{{ 0X1f }}`, `{{ 0b101 }}`, `{{ 0o17 }}`, `{{ 1_000 }}`, `{{ 1__0 }}`, `{{ _1 }}`, `{{ 1_ }}`, `{{ 0x_f }}`, `{{ 9223372036854775807 }}`, `{{ 9223372036854775808 }}`, `{{ -9223372036854775808 }}`, `{{ 18446744073709551616 }}`, `{{ 0xFFFFFFFFFFFFFFFF }}`,
	`{{ 1.5 }}`, `{{ .5 }}`, `{{ 5. }}`, `{{ 1e3 }}`, `{{ 1e400 }}`, `{{ 0x1p4 }}`, `{{ 1i }}`, `{{ 1+2i }}`, `{{ 1+2 }}`, `{{ 5a }}`, `{{ 0xg }}`, `{{ 0b2 }}`, `{{ 1e }}`, `{{ - }}`, `{{ + }}`, `{{ 'a' }}`, `{{ '\n' }}`, `{{ 'ab' }}`, `{{ ' }}`, `{{ true }}`, `{{ false }}`, `{{ nil }}`, `{{ . }}`, "{{ \u0665 }}",
	// Fields.
	`{{ .RoleName }}`, `{{.RoleName}}.{{.EmailDomain}}`, `{{ .DisplayName }}`, `{{ .Nope }}`, `{{ .roleName }}`, `{{ .RoleName.X }}`, `{{ .RoleName .EmailDomain }}`, `{{ .RoleName "x" }}`, `{{ "x" | .RoleName }}`, `{{ (.RoleName) }}`, `{{ (.RoleName).X }}`, `{{ ((.RoleName)) | uppercase }}`, `{{ . RoleName }}`, `{{ .é }}`, `{{ $.RoleName }}`, `{{ $ }}`, `{{ $x }}`, `{{ $x := 1 }}`, `{{ $x := 1 }}{{ $x }}`, `{{ .RoleName."x" }}`, `{{ .RoleName"x" }}`, `{{ .RoleName-x }}`, `{{.RoleName.}}`, `{{..RoleName}}`, `{{ .RoleName() }}`, `{{ .1 }}`, `{{ "x".Y }}`, `{{ 5.RoleName }}`, `{{ uuid.X }}`, `{{ .RoleName=1 }}`, `{{ .RoleName, .EmailDomain }}`, `{{ ._ }}`,
	// Pipelines and parentheses.
	`{{ "a" | uppercase | lowercase }}`, `{{"a"|uppercase|lowercase}}`, `{{ "a" | }}`, `{{ | "a" }}`, `{{ "a" || uppercase }}`, `{{ "a" | | uppercase }}`, `{{ "a" | "b" }}`, `{{ "a" | 5 }}`, `{{ "a" | ("b") }}`, `{{ "a" | (uppercase) }}`, `{{ ("a") }}`, `{{ ("a" | uppercase) }}`, `{{ ( "a" ) }}`, `{{ () }}`, `{{ (5) }}`, `{{ ("a" "b") }}`, `{{ "a" "b" }}`, `{{ ("a") "b" }}`, `{{ (uuid) "b" }}`, `{{ ("a")("b") }}`, `{{ "a""b" }}`, `{{ "a"uppercase }}`, `{{ uppercase"a" }}`, `{{ uppercase("a") }}`, `{{ uppercase ("a") }}`, `{{ uppercase (lowercase "A") }}`, `{{ (uppercase }}`, `{{ uppercase ) }}`, `{{ uppercase "a") }}`, `{{ (("a") }}`, `{{ ("a" | ) }}`, `{{ uppercase "a" | lowercase "B" }}`, "{{ \"a\"\n|\n\tuppercase }}", `{{ "a" ; uppercase }}`, `{{ "a", "b" }}`, `{{ "a" := 1 }}`, `{{ "a" = 1 }}`, `{{ "a" : 1 }}`, `{{ [ }}`, `{{ "a" {{ "b" }}`, `{{ "a" }`, `{{ é }}`, "{{ \u00a0 }}", "{{ \u0001 }}", `{{ truncate (3) "abcdef" }}`, `{{ 3 | random }}`, `{{ (3 | random) | uppercase }}`, `{{ "abcdef" | truncate 3 | truncate 2 }}`,
	// What is not for names.
	`{{ if .RoleName }}a{{ end }}`, `{{ if true }}a{{ else }}b{{ end }}`, `{{ range .RoleName }}a{{ end }}`, `{{ with .RoleName }}{{ . }}{{ end }}`, `{{ define "a" }}b{{ end }}`, `{{ define "a" }}b{{ end }}{{ template "a" }}`, `{{ block "a" . }}b{{ end }}`, `{{ template "a" }}`, `{{ end }}`, `{{ else }}`, `{{ break }}`, `{{ continue }}`, `{{ "a" | if }}`, `{{ print "a" 1 2 "b" }}`, `{{ println "a" }}`, `{{ len .RoleName }}`, `{{ index .RoleName 0 }}`, `{{ slice .RoleName 1 2 }}`, `{{ eq .RoleName "app" }}`, `{{ ne 1 2 }}`, `{{ lt 1 2 }}`, `{{ and .RoleName "x" }}`, `{{ or .RoleName "x" }}`, `{{ not true }}`, `{{ html "<a>" }}`, `{{ js "'" }}`, `{{ urlquery "a b" }}`, `{{ call .RoleName }}`, `{{ Random 5 }}`, `{{ foo }}`, `{{ foo "a" }}`, `{{ "a" | foo }}`, `{{ random_ 5 }}`,
	// random.
	`{{ random 20 }}`, `{{ random 0 }}`, `{{ random 1 }}`, `{{ random 4 }}`, `{{ random 5 }}`, `{{ random -1 }}`, `{{ random 0x10 }}`, `{{ random "5" }}`, `{{ random .RoleName }}`, `{{ random }}`, `{{ random 5 5 }}`, `{{ random 5.0 }}`, `{{ random 1e1 }}`, `{{ random 1.5 }}`, `{{ random '\x05' }}`, `{{ random true }}`, `{{ random nil }}`, `{{ random . }}`, `{{ random 200 }}`, `{{ random (5) }}`, `{{ (5) | random }}`, `{{ 5.0 | random }}`, `{{ 'a' | random }}`, `{{ random 10 }}-{{ random 10 }}`, `{{ random 9223372036854775808 }}`, `{{ random 4611686018427387904 }}`,
	// truncate.
	`{{ truncate 3 .EmailDomain }}`, `{{ .EmailDomain | truncate 3 }}`, `{{ truncate 0 "a" }}`, `{{ truncate -1 "a" }}`, `{{ truncate 1 "" }}`, `{{ truncate 99 "abc" }}`, `{{ truncate "abc" 3 }}`, `{{ truncate 3 5 }}`, `{{ truncate 3 }}`, `{{ truncate }}`, `{{ truncate 3 "a" "b" }}`, `{{ .DisplayName | truncate 8 }}`, `{{ .DisplayName | truncate 9 }}`, `{{ "ö" | truncate 1 }}`, `{{ "😀" | truncate 1 }}`, `{{ "😀" | truncate 2 }}`, `{{ "😀" | truncate 3 }}`, `{{ "ö" | truncate 1 | sha256 }}`, `{{ "ö" | truncate 1 | base64 }}`, `{{ "ö" | truncate 1 | uppercase }}`, `{{ "ö" | truncate 1 | uppercase | sha256 }}`, `{{ "a\xc3" | lowercase | base64 }}`, `{{ "A\xc3" | lowercase | base64 }}`, `{{ truncate 9223372036854775807 "abc" }}`, `{{ truncate uuid 3 }}`, `{{ truncate 3 uuid }}`, `{{ 3 | truncate "a" }}`, `{{ truncate 3 .RoleName | truncate 2 }}`, `{{ truncate 3 nil }}`, `{{ truncate 3 . }}`, `{{ truncate 3 'a' }}`,
	// truncate_sha256.
	`{{ truncate_sha256 10 "abcdefghijk" }}`, `{{ truncate_sha256 11 "abcdefghijk" }}`, `{{ truncate_sha256 9 "abcdefghijk" }}`, `{{ truncate_sha256 8 "abcdefghijk" }}`, `{{ truncate_sha256 8 "a" }}`, `{{ truncate_sha256 -1 "a" }}`, `{{ truncate_sha256 9 "" }}`, `{{ .DisplayName | truncate_sha256 16 }}`, `{{ "abcdefgh" | truncate_sha256 }}`, `{{ truncate_sha256 "abc" 10 }}`, `{{ "ööööööö" | truncate_sha256 9 }}`,
	// Case.
	`{{ uppercase "aäß\u0149ŉǆǰΐﬁᾳᾀ\u1f87ᾧſıi̇µ\u1e9e" }}`, `{{ lowercase "AÄẞİIΣΣ ΑΣǅK\u212aÅ" }}`, `{{ uppercase "𐐨" }}`, `{{ lowercase "𐐀" }}`, `{{ uppercase "\u019b" }}`, `{{ lowercase "\u1c89" }}`, `{{ uppercase }}`, `{{ uppercase 5 }}`, `{{ uppercase "a" "b" }}`, `{{ lowercase .DisplayName }}`, `{{ .DisplayName | uppercase }}`, `{{ uppercase "" }}`, `{{ uppercase "\xff\u00fc" | base64 }}`,
	// replace.
	`{{ replace "a" "b" "banana" }}`, `{{ "banana" | replace "a" "" }}`, `{{ "banana" | replace "an" "x" }}`, `{{ "aaa" | replace "aa" "b" }}`, `{{ "ab" | replace "" "-" }}`, `{{ "ö" | replace "" "-" }}`, `{{ "\xffa" | replace "" "-" }}`, `{{ "" | replace "" "x" }}`, `{{ "" | replace "a" "x" }}`, `{{ "ab" | replace "" "" }}`, `{{ "a$b" | replace "$" "$&$1" }}`, `{{ "a.b" | replace "." "_" }}`, `{{ "ö" | replace "\xc3" "x" }}`, `{{ replace "a" "b" }}`, `{{ replace "a" }}`, `{{ replace }}`, `{{ replace "a" "b" "c" "d" }}`, `{{ replace 1 2 3 }}`, `{{ replace - _ "a-b" }}`, `{{ .DisplayName | replace "-" "_" | replace " " "" }}`, `{{ uuid | replace "-" "" }}`, `{{ replace .RoleName .EmailDomain "my app" }}`, `{{ replace uuid "x" uuid }}`, `{{ replace 'a' 'b' "ab" }}`,
	// sha256, base64, uuid, times.
	`{{ sha256 "abc" }}`, `{{ "" | sha256 }}`, `{{ .DisplayName | sha256 }}`, `{{ sha256 5 }}`, `{{ sha256 }}`, `{{ base64 "abcd" }}`, `{{ base64 "" }}`, `{{ base64 "\xff\xfe\xfd" }}`, `{{ .DisplayName | base64 }}`, `{{ random 10 | base64 }}`, `{{ base64 5 }}`, `{{ uuid }}`, `{{ uuid 1 }}`, `{{ "a" | uuid }}`, `{{ uuid }}{{ uuid }}`, `{{ uuid | truncate 10 }}`, `{{uuid}}@{{.EmailDomain}}`, `{{ unix_time }}`, `{{ unix_time_millis }}`, `{{ unix_time 1 }}`, `{{ "a" | unix_time }}`, `{{ unix_time | truncate 4 }}`, `{{ unix_time_millis | sha256 }}`, `{{ timestamp }}`, `{{ timestamp 5 }}`, `{{ timestamp "2006" "01" }}`, `{{ timestamp .RoleName }}`, `{{ timestamp (printf "2006") }}`, `{{ "2006-01-02" | timestamp }}`, `{{ timestamp ("2006") }}`,
	// printf.
	`{{ printf "v-%s-%s" .RoleName (random 8) }}`, `{{ printf "%s" uuid }}`, `{{ printf "%s-%s" uuid unix_time }}`, `{{ uuid | printf "%s-%s" .RoleName }}`, `{{ "%s" | printf }}`, `{{ printf }}`, `{{ printf "" }}`, `{{ printf "a" }}`, `{{ printf 5 }}`, `{{ printf .RoleName }}`, `{{ printf .EmailDomain "x" }}`, `{{ printf (printf "%s") "x" }}`, `{{ printf ("%s") "x" }}`, `{{ printf "100%" }}`, `{{ printf "%%" }}`, `{{ printf "%5%" }}`, `{{ printf "%-5%|" }}`, `{{ printf "%5.%|" }}`, `{{ printf "%" "a" }}`, `{{ printf "%5" "a" }}`, `{{ printf "%5." "a" }}`, `{{ printf "%s" }}`, `{{ printf "%s" "a" "b" }}`, `{{ printf "%s%s" "a" }}`, `{{ printf "a" "b" }}`,
	`{{ printf "%d" "a" }}`, `{{ printf "%s" 5 }}`, `{{ printf "%d" 5 }}`, `{{ printf "%d" 5.0 }}`, `{{ printf "%.2f" 1.5 }}`, `{{ printf "%t" true }}`, `{{ printf "%v" nil }}`, `{{ printf "%v" . }}`, `{{ printf "%c" 65 }}`, `{{ printf "%c" 'a' }}`, `{{ printf "%U" 65 }}`, `{{ printf "%q" 65 }}`, `{{ printf "%q" "a\"b" }}`, `{{ printf "%T" "a" }}`, `{{ printf "%p" "a" }}`, `{{ printf "%e" 1 }}`, `{{ printf "%w" "a" }}`, `{{ printf "%z" "a" }}`, `{{ printf "%ü" "a" }}`, `{{ printf "%!" "a" }}`, `{{ printf "%*d" 5 3 }}`, `{{ printf "%.*s" 2 "abc" }}`, `{{ printf "%[1]s%[1]s" "a" }}`, `{{ printf "%[2]s" "a" "b" }}`, `{{ printf "%-+s|" "a" }}`, `{{ printf "%#v" "a" }}`, `{{ printf "%+v" "a" }}`, `{{ printf "%#x" "ab" }}`, `{{ printf "% x" "ab" }}`, `{{ printf "%#q" "a" }}`, `{{ printf "%O" 8 }}`,
	`{{ printf "%.3s" "äöüß" }}`, `{{ printf "%.s|" "abc" }}`, `{{ printf "%.0s|" "abc" }}`, `{{ printf "%6.2s|" "äöü" }}`, `{{ printf "%-6s|" "äö" }}`, `{{ printf "%06s|" "äö" }}`, `{{ printf "%-06s|" "äö" }}`, `{{ printf "%.2s" "\xff\xfeabc" }}`, `{{ printf "%4s|" "\xff\xfe" }}`, `{{ printf "%x" "äb" }}`, `{{ printf "%X" "äb" }}`, `{{ printf "%.1x" "äb" }}`, `{{ printf "%8x|" "ab" }}`, `{{ printf "%-8X|" "jk" }}`, `{{ printf "%08x|" "ab" }}`, `{{ printf "%4x|" "" }}`, `{{ printf "%04x|" "" }}`, `{{ printf "%-04x|" "" }}`, `{{ printf "%v-%v" "a" 5 }}`, `{{ printf "%1000000s" "a" | sha256 }}`, `{{ printf "%.1001d" 1 | sha256 }}`, `{{ printf "%1000s%.1000d" "a" 1 | sha256 }}`, `{{ printf "%99999999999999999999s" "a" }}`, `{{ printf "%.99999999999999999999s" "a" }}`, "{{ printf `%s\\n` `a` }}", `{{ printf "%s|%5d|%x" "a" 7 255 | uppercase }}`,
	`{{ printf "v_%s_%s_%s_%s" (.DisplayName | truncate 8) (.RoleName | truncate 8) (random 20) (unix_time) | truncate 45 | uppercase }}`, `{{ printf "%.40s" (printf "v-%s-%s-%s" .DisplayName .RoleName (random 20)) | replace " " "-" | lowercase }}`,
}

var displayNames = []string{"", "\u00fc", "{{ uuid }}", "%s%d", "a\nb", "\U0001f600\U0001f600", strings.Repeat("x", 300)}

var displayNameTemplates = []string{
	`{{ .DisplayName }}`, `{{ .DisplayName | truncate 5 }}`, `{{ .DisplayName | truncate_sha256 12 }}`, `{{ .DisplayName | uppercase | base64 | truncate 30 }}`, `{{ printf "%5.3s|" .DisplayName }}`, `{{ replace .DisplayName "-" "\u00fc a" }}`, `{{ replace "x" .DisplayName "axb" }}`, `{{ printf "%x" .DisplayName | truncate 20 }}`,
}

var layouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.999999999Z07:00", "Mon Jan _2 15:04:05 2006", "Mon Jan 02 15:04:05 -0700 2006", "Monday, 02-Jan-06 15:04:05 MST", "3:04PM", "03:04pm", "15h4m5s", "2006__2", "002", "_2006", "_2", "__2", "___2", "_20060102", "20060102150405", "1/2/06", "Jan", "January", "Janus", "Januaryx", "JAN", "Jan2", "Mon", "Monday", "Month", "Mon2", "Mondays", "MST", "MSTx", "PM", "pm", "P.M.", "Pm", "-07", "-0700", "-07:00", "-070000", "-07:00:00", "-07:0", "-7", "Z07", "Z0700", "Z07:00", "Z070000", "Z07:00:00", "Z7", "Z", ".000", ",000", ".999", ",999", ".0", ".9", ".00000000000000", ".999999999999", ".0005", ".9990", ".09", ".90", "5.0", "05.000000", "05,99", ".", ".1", ".2", "00", "000", "0002", "07", "08", "09", "0", "1", "15", "115", "151", "2", "22", "200", "2007", "3", "4", "5", "6", "7", "06", "6006", "016", "0102030405", "é2006ü", "\xff2006", "2006\x00", "", "no elements", "%Y-%m-%d", "YYYY-MM-DD", "Jan-Mon-PM", "JanMon", "Marathon", "2006-01-02 \"15\" {{",
}

var instants = []time.Time{
	time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(2009, 12, 31, 12, 0, 59, 5_000_000, time.UTC),
	time.Date(2024, 2, 29, 23, 59, 59, 999_000_000, time.UTC),
	time.Date(2024, 12, 31, 11, 9, 8, 120_000_000, time.UTC),
	time.Date(2026, 3, 8, 13, 5, 6, 700_000_000, time.UTC),
}

// The instant of all templates that are not layouts.
var present = time.Date(2026, 11, 22, 14, 3, 7, 80_000_000, time.UTC)

func pick(random *mathrand.Rand, from []string) string { return from[random.IntN(len(from))] }

func generatedFormats() []string {
	random := mathrand.New(mathrand.NewPCG(1, 2))
	var all []string
	for range 400 {
		flags := strings.Repeat(pick(random, []string{"", "", "-", "0", "+", " ", "#"}), 1) + pick(random, []string{"", "", "-", "0"})
		width := pick(random, []string{"", "", "0", "1", "7", "12"})
		precision := pick(random, []string{"", "", ".", ".0", ".2", ".9"})
		verb := pick(random, []string{"s", "v", "x", "X", "d", "o", "b"})
		values := []string{`"ab\u00e4\u20ac"`, `"long enough"`, `""`, `"\xe2\x82"`}
		if strings.Contains("vdob", verb) || random.IntN(3) == 0 && verb != "s" {
			values = []string{"0", "7", "-42", "255", "123456", "-9223372036854775808"}
		}
		all = append(all, fmt.Sprintf(`{{ printf "<%%%s%s%s%s>" %s }}`, flags, width, precision, verb, pick(random, values)))
	}
	return all
}

func generatedLayouts() []string {
	random := mathrand.New(mathrand.NewPCG(3, 4))
	parts := []string{"Jan", "uary", "Mon", "day", "MST", "0", "1", "2", "3", "4", "5", "6", "7", "9", "15", "2006", "_", "__", "PM", "pm", "-07", "Z07", "00", ":00", ".", ",", ".00", ",99", "a", "Z", "-", " ", "\u00e9"}
	var all []string
	for range 300 {
		layout := ""
		for range 1 + random.IntN(6) {
			layout += pick(random, parts)
		}
		all = append(all, layout)
	}
	return all
}

func TestRecord(t *testing.T) {
	var records bytes.Buffer
	seen := map[string]bool{}
	synctest.Test(t, func(t *testing.T) {
		time.Local = time.UTC
		record := func(text string, values data) {
			key := fmt.Sprint(time.Now(), text, values)
			if seen[key] {
				return
			}
			seen[key] = true
			out := result{Template: text, Now: time.Now().UnixMilli()}
			if values != usual {
				out.DisplayName = &values.DisplayName
			}
			if value, err := render(text, values); err != nil {
				out.Error = err.Error()
			} else {
				out.Value = &value
			}
			encoder := json.NewEncoder(&records)
			encoder.SetEscapeHTML(false)
			if err := encoder.Encode(out); err != nil {
				t.Fatal(err)
			}
		}
		for _, instant := range instants {
			time.Sleep(time.Until(instant))
			for _, layout := range layouts {
				record(fmt.Sprintf("{{ timestamp %q }}", layout), usual)
			}
		}
		for _, layout := range generatedLayouts() {
			record(fmt.Sprintf("{{ timestamp %q }}", layout), usual)
		}
		time.Sleep(time.Until(present))
		for _, text := range append(templates, generatedFormats()...) {
			record(text, usual)
		}
		for _, name := range displayNames {
			for _, text := range displayNameTemplates {
				record(text, data{usual.RoleName, name, usual.EmailDomain})
			}
		}
	})
	if err := os.WriteFile("cases.jsonl", records.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func render(text string, values data) (string, error) {
	rand.Reader = &source{}
	compiled, err := template.NewTemplate(template.Template(text))
	if err != nil {
		return "", err
	}
	return compiled.Generate(values)
}
