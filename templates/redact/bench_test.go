package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"backout/templates/redact"
)

// BenchmarkFind is what a scan costs: for each message of ordinary talk, for one with
// a secret, and for the longest text that Slack takes.
func BenchmarkFind(b *testing.B) {
	f := finder(b)
	messages := ordinary(b)
	long := strings.Join(messages, "\n")[:40_000]
	b.Run("ordinary message", func(b *testing.B) {
		i := 0
		for b.Loop() {
			f.Find(messages[i%len(messages)])
			i++
		}
	})
	b.Run("message with a secret", func(b *testing.B) {
		text := "the <https://grafana.acme.example/d/abc?orgId=1&amp;from=now-1h|dashboard> wants a login, the password for db is Tr0ub4dor&amp;3 until tonight"
		for b.Loop() {
			f.Find(text)
		}
	})
	for _, n := range []int{1, 2, 25} {
		b.Run(map[int]string{1: "40 KB of talk", 2: "80 KB of talk", 25: "1 MB of talk"}[n], func(b *testing.B) {
			text := strings.Repeat(long, n)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				f.Find(text)
			}
		})
	}
	b.Run("1 MB of secrets", func(b *testing.B) {
		var s strings.Builder
		for s.Len() < 1<<20 {
			for _, one := range secrets(b) {
				s.WriteString(one.text + "\n")
			}
		}
		b.SetBytes(int64(s.Len()))
		for b.Loop() {
			f.Find(s.String())
		}
	})
}

// BenchmarkHostile reads text that is made to be searched again and again: twice as
// much takes twice as long, whatever it is made of.
func BenchmarkHostile(b *testing.B) {
	f := finder(b)
	for _, piece := range []string{"<", "&amp;", "<https://a|b>", "pw", "pw is ", "password: hunter2\n", "password:", "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", "a://b:c@", "token=", "key-", "eyJ", "curl -u a:b ", "mysql -p "} {
		for _, n := range []int{100_000, 200_000} {
			b.Run(fmt.Sprintf("%q/%d", piece, n), func(b *testing.B) {
				text := strings.Repeat(piece, n/len(piece))
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					f.Find(text)
				}
			})
		}
	}
}

// BenchmarkNew is what a further finder costs in a process that has one.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := redact.New([]string{`ACME-[A-Z0-9]{12}`}); err != nil {
			b.Fatal(err)
		}
	}
}
