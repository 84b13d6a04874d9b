package slacksim

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

func TestBlockLimits(t *testing.T) {
	k := newKit()
	plain := func(s string) string { return `{"type":"plain_text","text":"` + s + `"}` }
	many := func(n int, f func(i int) string) string {
		var l []string
		for i := range n {
			l = append(l, f(i))
		}
		return strings.Join(l, ",")
	}
	button := func(extra string) string {
		return `{"type":"actions","elements":[{"type":"button","text":` + plain("b") + extra + `}]}`
	}
	options := func(n int) string {
		return many(n, func(i int) string { return `{"text":` + plain("o") + `,"value":"` + strconv.Itoa(i) + `"}` })
	}
	sel := func(n int) string {
		return `{"type":"section","text":` + plain("s") + `,"accessory":{"type":"static_select","options":[` + options(n) + `]}}`
	}
	section := func(n int) string { return `{"type":"section","text":` + plain(long(n)) + `}` }
	for _, c := range []struct {
		name, json, want string
	}{
		{"section", section(3000), ""},
		{"section too long", section(3001), "invalid_blocks"},
		{"section empty", `{"type":"section"}`, "invalid_blocks"},
		{"unknown type", `{"type":"accordion"}`, "invalid_blocks"},
		{"unknown property", `{"type":"divider","colour":"red"}`, "invalid_blocks"},
		{"50 blocks", many(50, func(int) string { return `{"type":"divider"}` }), ""},
		{"51 blocks", many(51, func(int) string { return `{"type":"divider"}` }), "invalid_blocks"},
		{"same block_id", `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`, "invalid_blocks"},
		{"same action_id", `{"type":"actions","elements":[{"type":"button","action_id":"a","text":` + plain("x") + `},{"type":"button","action_id":"a","text":` + plain("y") + `}]}`, "invalid_blocks"},
		{"long block_id", `{"type":"divider","block_id":"` + long(256) + `"}`, "invalid_blocks"},
		{"header", `{"type":"header","text":` + plain(long(150)) + `}`, ""},
		{"header too long", `{"type":"header","text":` + plain(long(151)) + `}`, "invalid_blocks"},
		{"header mrkdwn", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, "invalid_blocks"},
		{"button value", button(`,"value":"` + long(2000) + `"`), ""},
		{"button value too long", button(`,"value":"` + long(2001) + `"`), "invalid_blocks"},
		{"button style", button(`,"style":"blue"`), "invalid_blocks"},
		{"confirm", button(`,"confirm":{"title":` + plain("t") + `,"text":` + plain("x") + `,"confirm":` + plain("y") + `,"deny":` + plain("n") + `}`), ""},
		{"confirm too long", button(`,"confirm":{"title":` + plain("t") + `,"text":` + plain("x") + `,"confirm":` + plain(long(31)) + `,"deny":` + plain("n") + `}`), "invalid_blocks"},
		{"100 options", sel(100), ""},
		{"101 options", sel(101), "invalid_blocks"},
		{"no options", sel(0), "invalid_blocks"},
		{"26 buttons", `{"type":"actions","elements":[` + many(26, func(int) string { return `{"type":"button","text":` + plain("x") + `}` }) + `]}`, "invalid_blocks"},
		{"11 context", `{"type":"context","elements":[` + many(11, func(int) string { return plain("x") }) + `]}`, "invalid_blocks"},
		{"11 fields", `{"type":"section","fields":[` + many(11, func(int) string { return plain("x") }) + `]}`, "invalid_blocks"},
		{"overflow 6", `{"type":"section","text":` + plain("x") + `,"accessory":{"type":"overflow","options":[` + options(6) + `]}}`, "invalid_blocks"},
		{"all chars", section(3000) + "," + section(3000) + "," + section(3000) + "," + section(3000) + "," + section(1200), ""},
		{"too many chars", section(3000) + "," + section(3000) + "," + section(3000) + "," + section(3000) + "," + section(1201), "msg_blocks_too_long"},
		{"input in actions", `{"type":"actions","elements":[{"type":"plain_text_input"}]}`, "invalid_blocks"},
		{"table", `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`, ""},
		{"two tables", `{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]},{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`, "invalid_blocks"},
		{"rich text", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a"}]}]}`, ""},
	} {
		var blocks []any
		if err := json.Unmarshal([]byte("["+c.json+"]"), &blocks); err != nil {
			t.Fatal(c.name, err)
		}
		got := ""
		if err := k.checkMessage(blocks); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestViewLimits(t *testing.T) {
	k := newKit()
	title := `"title":{"type":"plain_text","text":"T"}`
	input := `{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"plain_text_input"}}`
	for _, c := range []struct {
		name, kind, json string
		ok               bool
	}{
		{"modal", "modal", `{"type":"modal",` + title + `,"blocks":[]}`, true},
		{"no title", "modal", `{"type":"modal","blocks":[]}`, false},
		{"long title", "modal", `{"type":"modal","title":{"type":"plain_text","text":"` + long(25) + `"},"blocks":[]}`, false},
		{"input without submit", "modal", `{"type":"modal",` + title + `,"blocks":[` + input + `]}`, false},
		{"private_metadata", "modal", `{"type":"modal",` + title + `,"private_metadata":"` + long(3001) + `","blocks":[]}`, false},
		{"100 blocks", "home", `{"type":"home","blocks":[` + strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 100), ",") + `]}`, true},
		{"101 blocks", "home", `{"type":"home","blocks":[` + strings.TrimSuffix(strings.Repeat(`{"type":"divider"},`, 101), ",") + `]}`, false},
		{"home with title", "home", `{"type":"home",` + title + `,"blocks":[]}`, false},
		{"wrong kind", "home", `{"type":"modal",` + title + `,"blocks":[]}`, false},
		{"markdown in modal", "modal", `{"type":"modal",` + title + `,"blocks":[{"type":"markdown","text":"x"}]}`, false},
	} {
		var o map[string]any
		if err := json.Unmarshal([]byte(c.json), &o); err != nil {
			t.Fatal(c.name, err)
		}
		if errs := k.viewErrors(o, c.kind); (len(errs) == 0) != c.ok {
			t.Errorf("%s: %q", c.name, errs)
		}
	}
}
