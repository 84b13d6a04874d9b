package postmortem_test

import (
	"bytes"
	"html"
	"regexp"
	"testing"

	"backout/templates/postmortem"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	pages "github.com/yuin/goldmark/renderer/html"
)

// reference is what code hosts take for a mention or a reference to an issue. They
// look for it in the rendered text, where entities and backslashes are gone.
var reference = regexp.MustCompile(`@[\pL\p{Nd}]|#[0-9]|(?i:\bgh-)[0-9]`)

// texts gives the runs of text of a rendered document: outside tags, code and
// links.
func texts(t interface{ Fatal(...any) }, src []byte) []string {
	var page bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(pages.WithUnsafe()))
	if err := md.Convert(src, &page); err != nil {
		t.Fatal(err)
	}
	s := regexp.MustCompile(`(?s)<pre>.*?</pre>|<code>.*?</code>|<!--.*?-->`).ReplaceAllString(page.String(), "<>")
	var out []string
	for _, run := range regexp.MustCompile(`<[^>]*>`).Split(s, -1) {
		out = append(out, html.UnescapeString(run))
	}
	return out
}

func mentionsNobody(t interface {
	Fatal(...any)
	Errorf(string, ...any)
}, src []byte) {
	for _, run := range texts(t, src) {
		if m := reference.FindString(run); m != "" {
			t.Errorf("%q is a reference, in %q", m, run)
		}
	}
}

// Nobody is notified and no issue is linked, with names as code and without. What
// people can write is tried by [TestWordsBreakNothing].
func TestNobodyIsMentioned(t *testing.T) {
	for _, s := range stories() {
		in, opt := s.make(t)
		for _, opt.CodeNames = range []bool{false, true} {
			mentionsNobody(t, postmortem.Render(postmortem.Build(in, opt)))
		}
	}
}
