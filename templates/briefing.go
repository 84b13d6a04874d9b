package templates

import (
	"strconv"

	"backout/timeline"
)

// Briefing is what somebody who was given a role reads in private: what it is
// about, what to do in order, and how to hand it on. It goes to the user alone,
// so it names people by mention.
func Briefing(v View, role, user string) Message {
	have := "You have the lead of " + v.In.ID()
	if role != timeline.LeadRole {
		have = "You have the role " + role + " in " + v.In.ID()
	}
	text := Join(R(B(have), T(". ")), v.where())
	if by := giver(v.In, role, user); by != "" && by != user {
		text = append(text, T(" "), doer(by), T(" gave it to you."))
	}
	m := Message{Summary: have + ": " + v.title(), Parts: []Part{Para(text), Para(v.situation())}}
	m.Parts = append(m.Parts, Para(numbered(v.duties(role))), Footer(R(T("Type commands in the incident channel. "), v.cmd("help"), T(" shows all of them."))))
	return m
}

// where says in which channel it goes on.
func (v View) where() Rich {
	if v.In.Channel.ID == "" {
		return R(T("Its channel is being opened."))
	}
	return R(T("Work goes on in "), Ch(v.In.Channel.ID), T("."))
}

// giver is who gave the role to the user last.
func giver(in *timeline.Incident, role, user string) string {
	by := ""
	for _, t := range in.Roles {
		if e, ok := in.Entry(t.N); ok && t.Role == role && t.User == user {
			by = e.Who
		}
	}
	return by
}

// situation is where it stands, in a few lines.
func (v View) situation() Rich {
	in := v.In
	out := R(B(v.title()), T("\n"+capital(statusWord(in.Status))))
	if in.Severity != "" {
		out = append(out, T(", "+sev(v.Severities, in.Severity)))
	}
	out = append(out, T(", declared "), At(in.Moments().Declared.At))
	out = Join(out, R(T("\nImpact: ")), known(slackCut(in.Impact, cardFact)))
	out = Join(out, R(T("\nCause: ")), v.causeKnown(cardFact))
	if latest := v.latest(cardFact); len(latest) > 0 {
		return Join(out, R(T("\n")), latest)
	}
	return append(out, T("\nNo update was given yet."))
}

// duties are the steps of a role, most urgent first.
func (v View) duties(role string) []Rich {
	pin, bulb, box := Span{Style: Emoji, Text: "pushpin"}, Span{Style: Emoji, Text: "bulb"}, Span{Style: Emoji, Text: "ballot_box_with_check"}
	handOn := R(T("To hand it on, type "), v.cmd("role "+role+" @person"), T(" and tell that person what is open."))
	switch role {
	case timeline.LeadRole:
		return []Rich{
			R(T("You decide; others do. Give every task to one person by name.")),
			R(T("Mitigate before you understand: roll back, switch off, fail over. "), v.cmd("mitigate"), T(" says that people no longer notice it.")),
			R(T("Tell everybody else every 30\u00a0min: "), v.cmd("update <text> next:30m"), T(". Not known yet is a fine update.")),
			R(T("Give roles away: "), v.cmd("role communications @person"), T(" for the updates, "), v.cmd("role scribe @person"), T(" for the record.")),
			R(T("Keep what matters: "), pin, T(" on a message, or "), v.cmd("timeline <text>"), T(".")),
			R(T("When you need rest, hand over: "), v.cmd("handoff @person"), T(".")),
		}
	case timeline.CommsRole:
		return []Rich{
			R(T("You write the updates: "), v.cmd("update <text> next:30m"), T(". Announcement and card follow.")),
			R(T("Say what people notice, what is being done and when you write again. Not known yet is fine; a guess is not.")),
			Join(R(T("Ask ")), v.leadOr("the lead, once there is one,"), R(T(" for facts, and answer questions from outside so that nobody else has to."))),
			R(T("Keep the impact current: "), v.cmd("impact <text>"), T(".")),
			handOn,
		}
	case "scribe":
		return []Rich{
			R(T("Write down decisions, and who does what: "), v.cmd("timeline <text>"), T(", or with its time, "), v.cmd("timeline 14:05 <text>"), T(".")),
			R(T("Every message is kept. "), pin, T(" puts one into the story, "), bulb, T(" makes it a lesson, "), box, T(" a follow-up.")),
			R(T("Set when it began and was noticed: "), v.cmd("began 13:52"), T(", "), v.cmd("detected 14:03"), T(".")),
			R(T("What is said in calls is not recorded; write it into the channel.")),
			handOn,
		}
	}
	return []Rich{
		Join(R(T("Ask ")), v.leadOr("the lead, once there is one,"), R(T(" what is expected of you first."))),
		R(T("Say in the channel what you are about to do, then what came of it.")),
		R(T("Keep what matters: "), pin, T(" on a message, or "), v.cmd("timeline <text>"), T(".")),
		handOn,
	}
}

func (v View) leadOr(nobody string) Rich {
	if lead := v.In.Lead(); lead != "" {
		return R(person(lead))
	}
	return R(T(nobody))
}

// numbered sets steps as lines 1., 2. and so on.
func numbered(steps []Rich) Rich {
	var out Rich
	for i, s := range steps {
		if i > 0 {
			out = append(out, T("\n"))
		}
		out = Join(out, R(T(strconv.Itoa(i+1)+". ")), s)
	}
	return out
}

// Opened is the private answer to who declared, once the channel exists: where it
// is, who leads, and the first steps.
func Opened(v View) Message {
	in := v.In
	text := R(B(in.ID()+" is declared"), T(". Its channel is being opened."))
	if in.Channel.ID != "" {
		text = R(B(in.ID()+" is declared"), T(" in "), Ch(in.Channel.ID), T("."))
	}
	second := R(T("Bring in who can help: mention them in the channel."))
	switch lead := in.Lead(); lead {
	case "":
		text = append(text, T(" Nobody has the lead yet."))
		second = R(T("Take the lead or give it away: the button on the card, "), v.cmd("lead"), T(" or "), v.cmd("lead @person"), T("."))
	case in.DeclaredBy:
		text = append(text, T(" You have the lead."))
	default:
		text = append(text, T(" "), person(lead), T(" has the lead."))
	}
	if in.Private {
		text = append(text, T(" It is private: only members of the channel see it."))
	}
	return Message{Summary: in.ID() + " is declared: " + v.title(), Parts: []Part{Para(text), Para(numbered([]Rich{
		R(T("Say in the channel what you see: words, numbers, links. Everything written there is kept.")),
		second,
		R(T("Tell everybody else: "), v.cmd("update <text> next:30m"), T(".")),
	}))}}
}

// Notice is said in the channel that was worked in before event n moved the work
// elsewhere. Where the incident became private that channel is public, so the
// message says nothing of the incident but its number.
func Notice(v View, n int) Message {
	id := v.In.ID()
	to, from := v.In.Channel, timeline.Channel{}
	if e, ok := v.In.Entry(n); ok {
		if b, ok := e.Body.(timeline.ChannelOpened); ok {
			to = timeline.Channel{ID: b.Channel, Private: b.Private}
		}
	}
	for _, c := range v.In.Channels {
		if c.ID == to.ID {
			break
		}
		from = c
	}
	if to.Private && !from.Private {
		text := R(B(id+" is private from now on"), T(" and goes on in a private channel; the members of this one are invited.\n"+
			"What was written here stays as public as it was, and so does what is written from now on. "+
			"If you need to be there and got no invitation, ask a member."))
		return Message{Summary: id + " is private from now on and goes on in a private channel.", Parts: []Part{Para(text)}}
	}
	text := R(T(id+" goes on in "), Ch(to.ID), T(". What is written here is still part of its record."))
	return Message{Summary: id + " goes on in another channel.", Parts: []Part{Para(text)}}
}

// PostmortemComment goes with the upload of the draft.
func PostmortemComment(v View) Message {
	text := "Postmortem draft of " + v.In.ID() + ". Its facts come from the record"
	if !v.Completeness.To.IsZero() {
		text += ", which is " + v.Completeness.Sentence(v.Now)
	}
	text += ". What only people know is left open as questions."
	return Message{Summary: text, Parts: []Part{Para(R(T(text)))}}
}
