package slack

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"backout/templates"
)

// linkAction begins the action ids of buttons that are only links: Slack tells of
// their being pressed too, and nobody is to act on it.
const linkAction = "link:"

// again separates an action id from the number that makes it unique in its row.
const again = "#"

// summary is the text beside the blocks: for notifications and screen readers.
func summary(m templates.Message) string {
	s := cut(foreign(m.Summary), maxText)
	if strings.TrimSpace(s) == "" {
		return "Backout"
	}
	return s
}

// blocksOf sets a message, at most most blocks with at most chars code points in
// all. What does not fit is left out, and the last block says so.
func blocksOf(m templates.Message, most, chars int) []slack.Block {
	b := &builder{most: most - 1, chars: chars - 100}
	for _, p := range m.Parts {
		b.part(p)
	}
	if len(b.blocks) == 0 && b.left == 0 {
		b.text(templates.R(templates.T(m.Summary)))
	}
	if len(b.blocks) == 0 && b.left == 0 { // not a word in all of it
		b.text(templates.R(templates.T("–")))
	}
	if left := b.left; left > 0 { // the room kept for this line is its own
		b.most, b.chars, b.left = most, chars, 0
		b.put(contextBlock(fmt.Sprintf("… %d more", left)), 20)
	}
	return b.blocks
}

type builder struct {
	most, chars int
	blocks      []slack.Block
	left        int // blocks that did not fit
}

// put adds a block of so many characters if it fits.
func (b *builder) put(block slack.Block, chars int) {
	if b.left > 0 || len(b.blocks) >= b.most || chars > b.chars {
		if chars > 0 { // a rule between things left out is nothing left out
			b.left++
		}
		return
	}
	if b.left == 0 {
		b.chars -= chars
		b.blocks = append(b.blocks, block)
	}
}

func (b *builder) part(p templates.Part) {
	switch p := p.(type) {
	case templates.Heading:
		if text := strings.TrimSpace(templates.Harmless(string(p))); text != "" {
			text = plain(text, maxHeader)
			b.put(slack.NewHeaderBlock(plainText(text)), size(text))
		}
	case templates.Para:
		b.text(templates.Rich(p))
	case templates.Fields:
		b.fields(p)
	case templates.Footer:
		if text := one(templates.Rich(p), maxContext); text != "" {
			b.put(contextBlock(text), size(text))
		}
	case templates.Buttons:
		b.buttons(p)
	case templates.Rule:
		b.put(slack.NewDividerBlock(), 0)
	}
}

func (b *builder) text(r templates.Rich) {
	for _, text := range texts(r, maxSection) {
		b.put(slack.NewSectionBlock(mrkdwn(text), nil, nil), size(text))
	}
}

func (b *builder) fields(fs templates.Fields) {
	var row []*slack.TextBlockObject
	chars := 0
	flush := func() {
		if len(row) > 0 {
			b.put(slack.NewSectionBlock(nil, row, nil), chars)
		}
		row, chars = nil, 0
	}
	for _, f := range fs {
		r := templates.Rich{}
		if f.Label != "" {
			r = append(r, templates.B(f.Label), templates.T("\n"))
		}
		text := one(append(r, f.Value...), maxField)
		if text == "" {
			continue
		}
		row = append(row, mrkdwn(text))
		chars += size(text)
		if len(row) == maxFields {
			flush()
		}
	}
	flush()
}

func (b *builder) buttons(bs templates.Buttons) {
	var row []slack.BlockElement
	chars := 0
	used := map[string]int{}
	flush := func() {
		if len(row) > 0 {
			b.put(slack.NewActionBlock("", row...), chars)
		}
		row, chars, used = nil, 0, map[string]int{}
	}
	for _, t := range bs {
		el, n := button(t, used)
		if el == nil {
			continue
		}
		row = append(row, el)
		chars += n
		if len(row) == rowButtons {
			flush()
		}
	}
	flush()
}

// button makes a button and says how many characters it shows. Ids are unique in
// a row only, so a second button with the same one gets a number.
func button(t templates.Button, used map[string]int) (slack.BlockElement, int) {
	id := t.ID
	label := plain(t.Label, maxLabel)
	link := ""
	if t.URL != "" {
		var ok bool
		if link, ok = buttonURL(t.URL); !ok {
			return nil, 0 // a link that leads nowhere
		}
		id = linkAction + id
	}
	id = cut(first(id, "none"), maxActionID)
	used[id]++
	if n := used[id]; n > 1 {
		id += again + strconv.Itoa(n)
	}
	el := slack.NewButtonBlockElement(id, cut(t.Value, maxValue), plainText(label))
	el.URL = link
	switch t.Look {
	case templates.Go:
		el.Style = slack.StylePrimary
	case templates.Danger:
		el.Style = slack.StyleDanger
	}
	n := size(label)
	if t.Confirm != nil {
		el.Confirm = confirm(*t.Confirm)
		n += 400
	}
	return el, n
}

// buttonURL is cleanURL without the entities of mrkdwn, which a button's URL has not.
func buttonURL(target string) (string, bool) {
	link, ok := cleanURL(target)
	return strings.ReplaceAll(link, "&amp;", "&"), ok && !strings.HasPrefix(link, "mailto:")
}

// actionOf gives back the id that a button was made with; false for links.
func actionOf(id string) (string, bool) {
	if strings.HasPrefix(id, linkAction) {
		return "", false
	}
	if i := strings.LastIndex(id, again); i > 0 {
		if _, err := strconv.Atoi(id[i+1:]); err == nil {
			return id[:i], true
		}
	}
	return id, true
}

func confirm(c templates.Confirm) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(
		plainText(plain(c.Title, 95)), plainText(plain(c.Text, 290)),
		plainText(plain(first(c.Yes, "Yes"), 29)), plainText(plain(first(c.No, "Cancel"), 29)),
	)
}

func plainText(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, s, true, false)
}

// mrkdwn objects are verbatim: Slack is not to find names and links of its own in them.
func mrkdwn(s string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, s, false, true)
}

func contextBlock(text string) slack.Block {
	return slack.NewContextBlock("", mrkdwn(text))
}
