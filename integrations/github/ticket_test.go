package github

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"backout/integrations/github/githubsim"
)

// followUp is one of INC-7.
func followUp(id string) Ticket {
	return Ticket{
		Repo: pmRepo, Marker: "<!-- backout: INC-7/" + id + " -->", Title: "Alert on the error rate of each customer", Body: "From INC-7.",
		Labels: []string{"incident"}, Assignees: []string{"ana"},
	}
}

func (s *shelf) open(t *testing.T, ticket Ticket) Opened {
	t.Helper()
	out, err := s.client.OpenTicket(t.Context(), ticket, s.since)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAFollowUpIsOneIssue(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	out := s.open(t, followUp("F2"))
	if want := (Opened{URL: s.pm.URL() + "/issues/1", Number: 1}); out != want {
		t.Errorf("%+v", out)
	}
	got := s.pm.Issues()
	got[0].UpdatedAt = time.Time{}
	want := []githubsim.Issue{{
		Number: 1, Title: "Alert on the error rate of each customer", Body: "From INC-7.\n\n<!-- backout: INC-7/F2 -->", State: "open", Author: "backout-bot",
		Labels: []string{"incident"}, Assignees: []string{"ana"}, URL: s.pm.URL() + "/issues/1",
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if again := s.open(t, followUp("F2")); again != out {
		t.Errorf("%+v", again)
	}
	if other := s.open(t, followUp("F20")); other.Number != 2 {
		t.Errorf("another follow-up is another issue: %+v", other)
	}
	s.pm.CloseIssue(1, "ana", "")
	if again := s.open(t, followUp("F2")); again.Number != 1 || !again.Closed {
		t.Errorf("a closed one is one, too: %+v", again)
	}
	if n := len(s.CallsTo("GET", "/user")); n != 1 {
		t.Errorf("it was asked %d times whose token it is", n)
	}
	for _, c := range s.CallsTo("GET", "/issues") {
		if c.Query.Get("creator") != "backout-bot" || c.Query.Get("state") != "all" || c.Query.Get("since") == "" {
			t.Errorf("asked for %v", c.Query)
		}
	}
}

// TestIssuesThatAreNotOurs: the marker alone proves nothing, since anybody can
// write it.
func TestIssuesThatAreNotOurs(t *testing.T) {
	f2 := followUp("F2")
	for name, body := range map[string]string{
		"no marker":       "From INC-7.",
		"another":         "From INC-7.\n\n<!-- backout: INC-7/F20 -->",
		"quoted in ours":  "Somebody wrote: " + f2.Marker + "\n\n<!-- backout: INC-7/F3 -->",
		"cut off":         "<!-- backout: INC-7/F2",
		"of another make": "<!-- other: INC-7/F2 -->",
	} {
		t.Run(name, func(t *testing.T) {
			s := shelve(t, githubsim.Options{})
			s.pm.OpenIssue("Mine", body, "backout-bot")
			if out := s.open(t, f2); out.Number != 2 {
				t.Errorf("%+v", out)
			}
		})
	}
	t.Run("by somebody else", func(t *testing.T) {
		s := shelve(t, githubsim.Options{})
		s.pm.OpenIssue("Mine", f2.Marker, "mallory")
		if out := s.open(t, f2); out.Number != 2 {
			t.Errorf("%+v", out)
		}
	})
	t.Run("a pull request", func(t *testing.T) {
		s := shelve(t, githubsim.Options{})
		s.pm.PullRequest(githubsim.PR{Title: "T", Body: f2.Marker, Author: "backout-bot", HeadSHA: s.pm.Head("main")})
		if out := s.open(t, f2); out.Number != 2 {
			t.Errorf("%+v", out)
		}
	})
}

func TestAnIssueThatPeopleEdited(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	out := s.open(t, followUp("F2"))
	s.pm.EditIssue(out.Number, "Our words.\r\n\r\n<!-- backout: INC-7/F2 -->\r\nAnd more of them.", "ana")
	if again := s.open(t, followUp("F2")); again != out {
		t.Errorf("%+v", again)
	}
}

func TestSinceWhenAnIssueIsLookedFor(t *testing.T) {
	now := time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	s := shelve(t, githubsim.Options{Clock: func() time.Time { return now }})
	first := s.open(t, followUp("F2"))
	for _, c := range []struct {
		since time.Time
		found bool
	}{
		{time.Time{}, true}, {now, true}, {now.Add(500 * time.Millisecond), true}, {now.Add(30 * time.Second), true},
	} {
		out, err := s.client.OpenTicket(t.Context(), followUp("F2"), c.since)
		if err != nil || (out == first) != c.found {
			t.Errorf("since %v: %+v, %v", c.since, out, err)
		}
	}
	// One that is older, though somebody changed it since, is that of an earlier time.
	created := now
	now = now.Add(48 * time.Hour)
	s.pm.EditIssue(first.Number, "Changed.\n\n"+followUp("F2").Marker, "ana")
	if out, err := s.client.OpenTicket(t.Context(), followUp("F2"), now); err != nil || out.Number != 2 {
		t.Errorf("%+v, %v", out, err)
	}
	if out, err := s.client.OpenTicket(t.Context(), followUp("F2"), created); err != nil || out.Number != 1 {
		t.Errorf("of several the oldest counts: %+v, %v", out, err)
	}
}

func TestAnIssueOnALaterPage(t *testing.T) {
	s := shelve(t, githubsim.Options{NoLimits: true})
	first := s.open(t, followUp("F2"))
	for i := range 250 {
		s.pm.OpenIssue(fmt.Sprint(i), "", "backout-bot")
	}
	if out := s.open(t, followUp("F2")); out != first {
		t.Errorf("%+v", out)
	}
}

func TestTooManyIssuesToLookThrough(t *testing.T) {
	posts := 0
	cl, srv := answering(t, nil)
	srv.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			posts++
		}
		w.Header().Set("Link", fmt.Sprintf(`<%s%s?page=2>; rel="next"`, srv.URL, r.URL.Path))
		_, _ = w.Write([]byte(`[]`))
		if r.URL.Path == "/user" {
			return
		}
	})
	cl.me.known = true
	_, err := cl.OpenTicket(t.Context(), followUp("F2"), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC))
	if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "more than 5000 issues since 2026-11-19") || posts != 0 {
		t.Errorf("%+v after %d posts", tr, posts)
	}
}

func TestWhoseTokenItIs(t *testing.T) {
	key, text := keyPair(t)
	app := func(o *Options) { o.Token, o.AppID, o.InstallationID, o.PrivateKey = "", 7, 8, text }
	t.Run("an App's", func(t *testing.T) {
		s := &shelf{scene: play(t, githubsim.Options{}, app)}
		s.InstallApp(7, 8, &key.PublicKey)
		s.pm = s.Repo(pmRepo)
		s.pm.OpenIssue("Mine", followUp("F2").Marker, "mallory")
		out := s.open(t, followUp("F2"))
		if out.Number != 2 || s.pm.Issues()[1].Author != "backout-7[bot]" {
			t.Errorf("%+v, %+v", out, s.pm.Issues())
		}
		if again := s.open(t, followUp("F2")); again != out {
			t.Errorf("%+v", again)
		}
		for _, c := range s.CallsTo("GET", "/issues") {
			if c.Query.Has("creator") {
				t.Errorf("asked for %v", c.Query)
			}
		}
	})
	t.Run("nobody tells", func(t *testing.T) {
		s := shelve(t, githubsim.Options{})
		s.Fail(githubsim.Fault{Path: "/user", Status: 403, Body: `{"message":"Resource not accessible by integration"}`})
		s.pm.OpenIssue("Ours, it seems", followUp("F2").Marker, "backout-2[bot]")
		if out := s.open(t, followUp("F2")); out.Number != 1 {
			t.Errorf("%+v", out)
		}
	})
	t.Run("nobody answers", func(t *testing.T) {
		s := shelve(t, githubsim.Options{})
		s.Fail(githubsim.Fault{Path: "/user", Status: 502})
		_, err := s.client.OpenTicket(t.Context(), followUp("F2"), s.since)
		if tr := troubleOf(t, err); tr.Permanent || tr.Unsure || tr.After == 0 {
			t.Errorf("%+v", tr)
		}
		if out := s.open(t, followUp("F2")); out.Number != 1 {
			t.Errorf("%+v", out)
		}
	})
}

// TestWhatGitHubLeavesOut: an issue without its assignees or labels is better than
// none.
func TestWhatGitHubLeavesOut(t *testing.T) {
	s := shelve(t, githubsim.Options{}, githubsim.Assignable("ben"))
	s.open(t, followUp("F2"))
	if got := s.pm.Issues(); len(got) != 1 || got[0].Assignees != nil || len(got[0].Labels) != 1 {
		t.Errorf("%+v", got)
	}
	s = shelve(t, githubsim.Options{NoPush: true})
	s.open(t, followUp("F2"))
	if got := s.pm.Issues(); len(got) != 1 || got[0].Assignees != nil || got[0].Labels != nil {
		t.Errorf("%+v", got)
	}
	// Another field is wrong: that is not for assignees.
	s = shelve(t, githubsim.Options{})
	s.Fail(githubsim.Fault{Method: "POST", Path: "/issues", Status: 422, Body: `{"message":"Validation Failed","errors":[{"resource":"Label","field":"name","code":"invalid"},"x"]}`})
	_, err := s.client.OpenTicket(t.Context(), followUp("F2"), s.since)
	if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, "GitHub does not let Backout open issues of acme/postmortems: Validation Failed; name: invalid; x") {
		t.Errorf("%+v", tr)
	}
	if n := len(s.CallsTo("POST", "/issues")); n != 1 {
		t.Errorf("%d posts", n)
	}
}

func TestAnIssueThatIsNotShown(t *testing.T) {
	s := shelve(t, githubsim.Options{})
	s.Fail(githubsim.Fault{Method: "POST", Path: "/issues", Status: 201, Body: `{}`, AfterEffect: true})
	_, err := s.client.OpenTicket(t.Context(), followUp("F2"), s.since)
	if tr := troubleOf(t, err); !tr.Unsure || tr.Sentence != "GitHub's answer does not show the issue; whether it was opened is checked before it is repeated" {
		t.Errorf("%+v", tr)
	}
	if out := s.open(t, followUp("F2")); out.Number != 1 {
		t.Errorf("%+v", out)
	}
}

func TestTicketsThatCannotBe(t *testing.T) {
	cl, srv := answering(t, nil)
	srv.Close() // Nothing may be asked.
	change := func(f func(*Ticket)) Ticket {
		k := followUp("F2")
		f(&k)
		return k
	}
	marker := func(m string) Ticket { return change(func(k *Ticket) { k.Marker = m }) }
	for name, c := range map[string]struct {
		ticket Ticket
		says   string
	}{
		"no marker":      {marker(""), `"" is no marker; it looks like <!-- backout: INC-7/F2 -->`},
		"empty marker":   {marker("<!-- backout: -->"), "is no marker"},
		"open marker":    {marker("<!-- backout: INC-7/F2"), "is no marker"},
		"another's":      {marker("<!-- x -->"), "is no marker"},
		"two markers":    {marker("<!-- backout: a --> <!-- backout: b -->"), "is no marker"},
		"in lines":       {marker("<!-- backout: a\nb -->"), "is no marker"},
		"no title":       {change(func(k *Ticket) { k.Title = "\u202e\n" }), "has no title"},
		"long body":      {change(func(k *Ticket) { k.Body = strings.Repeat("x", maxGitHubBody) }), "GitHub takes 65536; shorten it"},
		"no repository":  {change(func(k *Ticket) { k.Repo = "" }), "write owner/name"},
		"bad repository": {change(func(k *Ticket) { k.Repo = "a/b/c" }), "write owner/name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cl.OpenTicket(t.Context(), c.ticket, time.Time{})
			if tr := troubleOf(t, err); !tr.Permanent || !strings.Contains(tr.Sentence, c.says) {
				t.Errorf("%+v", tr)
			}
		})
	}
}

// TestManyTicketsAtOnce: different follow-ups do not get into each other's way.
func TestManyTicketsAtOnce(t *testing.T) {
	s := shelve(t, githubsim.Options{NoLimits: true})
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			if _, err := s.client.OpenTicket(context.Background(), followUp(fmt.Sprintf("F%d", i)), s.since); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, i := range s.pm.Issues() {
		seen[markerOf(i.Body)] = true
	}
	if len(seen) != 12 || len(s.pm.Issues()) != 12 {
		t.Errorf("%d issues with %d markers", len(s.pm.Issues()), len(seen))
	}
}
