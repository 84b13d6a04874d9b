package slack

import (
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"backout/templates"
	"backout/timeline"
)

// inputAction is the action id of every input; its block id is the input's id.
const inputAction = "value"

// modal makes a dialog. Forms come from our own code, so what Slack would refuse
// and cannot be cut without changing its meaning is an error.
func modal(f templates.Form) (slack.ModalViewRequest, error) {
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: f.ID, PrivateMetadata: f.State,
		Title: plainText(plain(f.Title, maxTitleText)), Submit: plainText(plain(first(f.Submit, "Submit"), maxTitleText)),
		Close: plainText("Cancel"),
	}
	if size(f.State) > maxState || size(f.ID) > maxActionID {
		return v, &timeline.Trouble{Permanent: true, Sentence: "the dialog carries more than Slack takes; this is a fault of Backout"}
	}
	b := &builder{most: viewBlocks - 1, chars: viewChars}
	b.text(f.Intro)
	seen := map[string]bool{}
	for _, in := range f.Inputs {
		el := element(in)
		if el == nil || in.ID == "" || seen[in.ID] {
			continue
		}
		seen[in.ID] = true
		block := slack.NewInputBlock(in.ID, plainText(plain(in.Label, maxInputLabel)), nil, el)
		if in.Hint != "" {
			block.Hint = plainText(plain(in.Hint, maxInputLabel))
		}
		block.Optional = in.Optional
		b.put(block, 1)
	}
	if len(b.blocks) == 0 {
		b.text(templates.R(templates.T(plain(f.Title, maxHeader))))
	}
	v.Blocks = slack.Blocks{BlockSet: b.blocks}
	return v, nil
}

// element makes the field of an input, or nil when there is nothing to choose.
func element(in templates.Input) slack.BlockElement {
	var holder *slack.TextBlockObject
	if in.Placeholder != "" {
		holder = plainText(plain(in.Placeholder, maxHolder))
	}
	switch in.Kind {
	case templates.Choice, templates.Choices:
		return choices(in, holder)
	case templates.OnePerson:
		el := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, holder, inputAction)
		if isID(in.Value, "UW") {
			el.InitialUser = in.Value
		}
		return el
	case templates.Day:
		el := slack.NewDatePickerBlockElement(inputAction)
		el.Placeholder = holder
		if _, err := time.Parse(time.DateOnly, in.Value); err == nil {
			el.InitialDate = in.Value
		}
		return el
	}
	el := slack.NewPlainTextInputBlockElement(holder, inputAction)
	el.Multiline = in.Kind == templates.Area
	most := maxInput
	if in.Max > 0 {
		most = min(in.Max, maxInput)
	}
	el.MaxLength = most
	el.InitialValue = cut(templates.Harmless(in.Value), most)
	return el
}

// choices makes a list of one or several; the values of several stand in Value
// with commas between them.
func choices(in templates.Input, holder *slack.TextBlockObject) slack.BlockElement {
	var options, chosen []*slack.OptionBlockObject
	values := []string{in.Value}
	if in.Kind == templates.Choices {
		values = strings.Split(in.Value, ",")
	}
	seen := map[string]bool{}
	for _, o := range in.Options {
		if o.Value == "" || size(o.Value) > maxOptionID || seen[o.Value] || len(options) == maxOptions {
			continue
		}
		seen[o.Value] = true
		opt := slack.NewOptionBlockObject(o.Value, plainText(plain(o.Label, maxLabel)), nil)
		options = append(options, opt)
		if slices.Contains(values, o.Value) {
			chosen = append(chosen, opt)
		}
	}
	if len(options) == 0 {
		return nil
	}
	if in.Kind == templates.Choices {
		el := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, holder, inputAction, options...)
		el.InitialOptions = chosen
		return el
	}
	el := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, holder, inputAction, options...)
	if len(chosen) > 0 {
		el.InitialOption = chosen[0]
	}
	return el
}

// home makes a Home tab.
func home(m templates.Message) slack.HomeTabViewRequest {
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: blocksOf(m, viewBlocks, viewChars)}}
}
