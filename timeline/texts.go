package timeline

import "slices"

// mapTexts gives the body with f applied to each text in it that people or
// strangers wrote, in an order that never changes: secrets are stored by it. New
// texts of a kind are added at the end.
func mapTexts(b Body, f func(string) string) Body {
	switch b := b.(type) {
	case Message:
		b.Text = f(b.Text)
		b.Files = mapFiles(b.Files, f)
		return b
	case MessageEdited:
		b.Text = f(b.Text)
		b.Files = mapFiles(b.Files, f)
		return b
	case Linked:
		b.URL, b.Name = f(b.URL), f(b.Name)
		return b
	case AlertNoted:
		b.Alert = mapAlert(b.Alert, f)
		return b
	case AlertOffered:
		b.Alert = mapAlert(b.Alert, f)
		return b
	case RollbackStep:
		b.Reason, b.OverrideReason = f(b.Reason), f(b.OverrideReason)
		return b
	case PageSet:
		b.Text, b.Reason = f(b.Text), f(b.Reason)
		return b
	}
	return mapWords(b, f)
}

// mapWords is mapTexts for kinds with one text.
func mapWords(b Body, f func(string) string) Body {
	switch b := b.(type) {
	case Declared:
		b.Title = f(b.Title)
		return b
	case TitleSet:
		b.Title = f(b.Title)
		return b
	case Note:
		b.Text = f(b.Text)
		return b
	case Reworded:
		b.Text = f(b.Text)
		return b
	case Update:
		b.Text = f(b.Text)
		return b
	case StatusSet:
		b.Text = f(b.Text)
		return b
	case ImpactSet:
		b.Text = f(b.Text)
		return b
	case CauseSet:
		b.Text = f(b.Text)
		return b
	case FollowUpAdded:
		b.Text = f(b.Text)
		return b
	case LessonAdded:
		b.Text = f(b.Text)
		return b
	case LessonJudged:
		b.Text = f(b.Text)
		return b
	case Reopened:
		b.Why = f(b.Why)
		return b
	case Cancelled:
		b.Why = f(b.Why)
		return b
	}
	return b
}

func mapFiles(files []File, f func(string) string) []File {
	files = slices.Clone(files)
	for i := range files {
		files[i].Name, files[i].URL = f(files[i].Name), f(files[i].URL)
	}
	return files
}

func mapAlert(a Alert, f func(string) string) Alert {
	a.Title, a.Text, a.Link = f(a.Title), f(a.Text), f(a.Link)
	return a
}

// wordless gives the body without any of the words in it.
func wordless(b Body) Body { return mapTexts(b, func(string) string { return "" }) }
