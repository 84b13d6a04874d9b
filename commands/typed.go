package commands

import (
	"fmt"
	"slices"
	"strings"

	"backout/timeline"
)

// typed carries out a command line or a mention.
func (k *call) typed() (Answer, error) {
	line := k.req.Text
	if k.req.Via == Mention {
		line, _ = k.withoutBot(line)
	}
	words := split(line)
	if len(words) == 0 {
		return k.bare()
	}
	// "INC-7 severity 1" is as good as "severity INC-7 1".
	if _, ok := address(words[0].text, false); ok {
		if len(words) == 1 {
			words = []word{{text: "status"}, words[0]}
		} else {
			words[0], words[1] = words[1], words[0]
		}
	}
	r, ok := k.lookup(words[0].text)
	if !ok {
		return Answer{}, k.unknown(words[0].text)
	}
	k.row = r
	return k.run(line, words[1:])
}

// run carries out the row with the words that followed its name.
func (k *call) run(line string, words []word) (Answer, error) {
	var err error
	if k.args, err = k.options(line, words, k.row.options); err != nil {
		return Answer{}, err
	}
	if err := k.target(); err != nil {
		return Answer{}, err
	}
	if err := k.mayTyped(); err != nil {
		return Answer{}, err
	}
	return k.row.run(k)
}

// bare is the command without words: the card where there is an incident, help
// elsewhere and for a bare mention.
func (k *call) bare() (Answer, error) {
	name := "status"
	if n, ok := k.deps.Record.InChannel(k.req.Channel); !ok || k.req.Via == Mention || k.open(n) != nil {
		name = "help"
	}
	k.row, _ = k.lookup(name)
	if name == "status" && k.mayTyped() != nil {
		k.row, _ = k.lookup("help")
	}
	return k.row.run(k)
}

// withoutBot takes the mention of the bot off the start of the text: of the bot
// itself, or any where the bot's id is not known. A mention further behind is talk
// about the bot and calls nothing: "fixed by @backout" must not resolve.
func (k *call) withoutBot(line string) (rest string, called bool) {
	words := split(line)
	if len(words) == 0 {
		return line, false
	}
	id, ok := userOf(words[0].text)
	if !ok || k.set.Bot != "" && id != k.set.Bot {
		return line, false
	}
	return line[words[0].to:], true
}

// lookup finds a row by its word or an alias.
func (c *Commands) lookup(typed string) (*row, bool) {
	typed = strings.ToLower(strings.TrimRight(typed, ":"))
	for i := range c.table {
		if r := &c.table[i]; r.word == typed || slices.Contains(r.aliases, typed) {
			return r, true
		}
	}
	return nil, false
}

func (c *Commands) unknown(typed string) error {
	var all []string
	for _, r := range c.table {
		all = append(all, r.word)
	}
	for _, r := range c.table {
		all = append(all, r.aliases...)
	}
	sentence := fmt.Sprintf("There is no command `%s`.", plain(typed))
	near := nearest(strings.ToLower(typed), all)
	if len(near) == 0 {
		return timeline.Refuse(timeline.Invalid, sentence, "`/incident help` lists them all.")
	}
	meant := make([]string, len(near))
	for i, w := range near {
		r, _ := c.lookup(w)
		meant[i] = "`/incident " + strings.TrimSpace(w+" "+encoded(r.usage)) + "`"
	}
	return timeline.Refuse(timeline.Invalid, sentence, "Did you mean "+strings.Join(meant, " or ")+"? `/incident help` lists them all.")
}
