package templates

import "time"

// ShelterPrefix begins the names of channels that were opened while nothing could
// be recorded.
const ShelterPrefix = "inc-x-"

// ShelterName is the name of such a channel; at is UTC.
func ShelterName(at time.Time, title string) string {
	return cutSlug(ShelterPrefix+at.UTC().Format("1504")+"-"+Slug(title), maxChannelName)
}

// Sheltering is added to the refusal of a declaration: what happens all the same.
func Sheltering(m Message) Message {
	const text = "A channel is opened all the same. It becomes the incident's, with all that is said in it, as soon as the record can be written again."
	m.Summary += " " + text
	m.Parts = append([]Part{}, m.Parts...)
	m.Parts = append(m.Parts, Para(R(T(text))))
	return m
}

// Sheltered tells who declared where the channel is.
func Sheltered(channel string) Message {
	text := R(T("Work on it in "), Ch(channel), T(". It becomes the incident's as soon as the record can be written again."))
	return Message{Summary: text.Plain(nil), Parts: []Part{Para(text)}}
}

// NoShelter tells who declared that there is no channel either; why is a sentence
// without its end.
func NoShelter(why string) Message {
	text := R(T("A channel could not be opened either: " + why + ". Open one by hand, and type /incident adopt there once the record can be written again."))
	return Message{Summary: text.Plain(nil), Parts: []Part{Para(text)}}
}

// Shelter is what stands first in the channel.
func Shelter(title, who string) Message {
	head := append(R(B("Nothing is recorded yet: the store cannot be written. ")), FromSlack(title)...)
	text := R(T("Go on working here. As soon as the store can be written, this channel becomes the incident's and all that was said in it is read."))
	if who != "" {
		text = append(text, T(" Declared by "), person(who), T("."))
	}
	return Message{Summary: "Nothing is recorded yet: " + FromSlack(title).Plain(nil), Parts: []Part{Para(head), Para(text)}}
}
