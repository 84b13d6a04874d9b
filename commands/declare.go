package commands

import (
	"errors"
	"strings"

	"backout/timeline"
)

// declare opens an incident from a typed line; without a title a dialog asks.
func (k *call) declare() (Answer, error) {
	private, err := k.privateWish()
	if err != nil {
		return Answer{}, err
	}
	if k.empty() {
		return k.offer(declareForm)
	}
	sev, services, err := k.severityAndServices()
	if err != nil {
		return Answer{}, err
	}
	return k.declared(timeline.Declaration{
		Title: k.text(), Severity: sev, Services: services, Private: private,
	})
}

// declared records the declaration. Who declares leads until somebody else does,
// so that an incident never begins with nobody in charge; the owners of the
// services are brought in.
func (k *call) declared(d timeline.Declaration) (Answer, error) {
	d.Lead = k.req.User
	for _, s := range d.Services {
		d.Invite = append(d.Invite, k.set.Owners[s]...)
	}
	out, err := k.deps.Record.Record(k.ctx, timeline.Declare(k.req.Key, k.req.User, d))
	if errors.Is(err, timeline.ErrStore) {
		return Answer{Wanted: &d}, err
	}
	if err != nil {
		return Answer{}, err
	}
	a := k.changed(out)
	a.Declared = out.Incident()
	return a, nil
}

// privateWish reads `private` as the last word, and `private:yes`, in any case:
// phones write capitals, and what was meant to be private must not be announced.
// A title that ends in the word is put in quotes.
func (k *call) privateWish() (bool, error) {
	if v := k.opt("private"); v != "" {
		switch strings.ToLower(v) {
		case "yes", "true":
			return true, nil
		case "no", "false":
			return false, nil
		}
		return false, timeline.Refuse(timeline.Invalid, "`private:` is yes or no.", "Type for example: /incident new Customer list leaked private:yes")
	}
	if n := len(k.args.words); n > 0 && strings.EqualFold(k.args.words[n-1].text, "private") && !k.args.words[n-1].quoted {
		k.args.words = k.args.words[:n-1]
		return true, nil
	}
	return false, nil
}
