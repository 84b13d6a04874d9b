package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"

	"backout/integrations/slack"
	"backout/integrations/slack/slacksim"
)

// TestMain makes the command itself available to scripts, as a process of its
// own that can be killed.
func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){
		"backout": func() { main() },
		hurried:   func() { os.Exit(process(hurry)) },
	})
}

// tidy are tests that leave no goroutine behind.
type tidy struct{ *testing.M }

// Run implements testscript.TestingM.
func (m tidy) Run() int {
	code := m.M.Run()
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// TestStories runs each file of testdata/stories: what people do in Slack, with
// the production command as a process and a simulated Slack beside it.
func TestStories(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/stories",
		Condition: func(name string) (bool, error) {
			if name == "root" { // whom no mode keeps from writing
				return os.Getuid() == 0, nil
			}
			return false, fmt.Errorf("there is no condition %s", name)
		},
		Setup: setUpStory,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"person": onStage(personCmd), "room": onStage(roomCmd), "joins": onStage(joinsCmd),
			"says": onStage(saysCmd), "replies": onStage(repliesCmd), "edits": onStage(editsCmd), "deletes": onStage(deletesCmd),
			"reacts": onStage(reactsCmd), "types": onStage(typesCmd), "clicks": onStage(clicksCmd),
			"fill": onStage(fillCmd), "submit": onStage(submitCmd), "sees": onStage(seesCmd), "answer": onStage(answerCmd),
			"waitroom": onStage(waitRoomCmd), "links": onStage(linksCmd), "cut": onStage(cutCmd), "fault": onStage(faultCmd),
			"calls": onStage(callsCmd), "rooms": onStage(roomsCmd), "topic": onStage(topicCmd), "settle": onStage(settleCmd),
			"in": onStage(inCmd), "archive": onStage(archiveCmd), "shortcut": onStage(shortcutCmd), "home": onStage(homeCmd), "privateroom": onStage(privateRoomCmd),
			"writes": writesCmd, "damage": damageCmd,
			"fills": onStage(fillsCmd), "filled": filledCmd,
		},
	})
}

// scene is the stage of one script.
type scene struct {
	sim    *slacksim.Server
	people map[string]*slacksim.Person
	rooms  map[string]*slacksim.Room
	answer *slacksim.Answer
	modal  *slacksim.Modal
	filled int // messages that filled the disk
}

type sceneKey struct{}

func setUpStory(env *testscript.Env) error {
	sim, err := slacksim.Start(slacksim.Options{
		Scopes: slack.Scopes(), BotEvents: slack.BotEvents(),
		Shortcuts:      []string{slack.ShortcutDeclare, slack.ShortcutDeclareFrom, slack.ShortcutTimeline, slack.ShortcutFollowUp},
		RedeliverAfter: []time.Duration{200 * time.Millisecond, time.Second, 3 * time.Second},
		AckDeadline:    ackDeadline,
		PingEvery:      time.Second,
		Patience:       10*time.Second + 3*ackDeadline,
	})
	if err != nil {
		return err
	}
	env.Defer(sim.Close)
	env.Values[sceneKey{}] = &scene{sim: sim, people: map[string]*slacksim.Person{}, rooms: map[string]*slacksim.Room{}}
	port, err := freePort()
	if err != nil {
		return err
	}
	env.Setenv("BACKOUT_LISTEN", port)
	env.Setenv("BACKOUT_API_TOKEN", "api-token-of-the-story")
	env.Setenv("BACKOUT_STORE", "bolt:"+env.WorkDir+"/backout.db")
	env.Setenv("SLACK_API_URL", sim.APIURL())
	env.Setenv("SLACK_APP_TOKEN", sim.AppToken())
	env.Setenv("SLACK_BOT_TOKEN", sim.BotToken())
	return nil
}

func freePort() (string, error) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// onStage gives a script's command its scene; with ! the command must fail.
func onStage(f func(s *scene, args []string) error) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		s := ts.Value(sceneKey{}).(*scene)
		err := f(s, args)
		switch {
		case err != nil && !neg:
			ts.Fatalf("%v", err)
		case err == nil && neg:
			ts.Fatalf("it went well, and should not have")
		}
	}
}

// writes FILE BEFORE TEXT: somebody edits a document, putting a paragraph before
// the line that begins so, or at the end.
func writesCmd(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	doc := ts.ReadFile(args[0])
	i := len(doc)
	if args[1] != "" {
		if i = strings.Index(doc, "\n"+args[1]) + 1; i == 0 {
			ts.Fatalf("%s has no line that begins with %s", args[0], args[1])
		}
	}
	ts.Check(os.WriteFile(path, []byte(doc[:i]+"\n"+args[2]+"\n\n"+doc[i:]), 0o600))
}

// damage FILE: a disk turns some bits in the middle of a store's data.
func damageCmd(ts *testscript.TestScript, _ bool, args []string) {
	raw := ts.ReadFile(args[0])
	if !strings.Contains(raw, "Logins fail") {
		ts.Fatalf("%s does not hold what is to be damaged", args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(raw, "Logins fail", "Logons fail")), 0o600))
}

// fills PERSON ROOM: says long things, and then types ever shorter notes until
// none of them is recorded any more: the disk is full.
func fillsCmd(s *scene, args []string) error {
	who, room := s.people[args[0]], s.rooms[args[1]]
	for s.filled < 90 {
		s.filled++
		if _, err := who.Says(room, fmt.Sprintf("filling %d %s", s.filled, strings.Repeat("x", 12_000))); err != nil {
			return err
		}
	}
	typed := 0
	for _, length := range []int{8000, 1000, 100} {
		for refused := 0; refused < 3; {
			if typed++; typed > 1000 {
				return errors.New("the disk does not get full")
			}
			a := who.Types(room, "/incident timeline restarted "+strings.Repeat("y", length))
			if err := eventually(func() error { return a.Sees("") }); err != nil {
				return err
			}
			if strings.Contains(a.Text(), "Nothing was recorded") {
				refused++
			} else {
				refused = 0
			}
		}
	}
	return nil
}

// filled FILE: a record as JSON lines holds each of them once.
func filledCmd(ts *testscript.TestScript, _ bool, args []string) {
	s, doc := ts.Value(sceneKey{}).(*scene), ts.ReadFile(args[0])
	for i := range s.filled {
		if n := strings.Count(doc, fmt.Sprintf(`"filling %d x`, i+1)); n != 1 {
			ts.Fatalf("message %d of %d is there %d times", i+1, s.filled, n)
		}
	}
	ts.Logf("degraded: disk full: %d messages said until and while it was, 0 lost", s.filled)
}

// person NAME "Real Name" [guest].
func personCmd(s *scene, args []string) error {
	opts := []slacksim.PersonOption{slacksim.RealName(args[1]), slacksim.DisplayName(args[1])}
	if len(args) > 2 && args[2] == "guest" {
		opts = append(opts, slacksim.Guest())
	}
	s.people[args[0]] = s.sim.Person(args[0], opts...)
	return nil
}

// room NAME.
func roomCmd(s *scene, args []string) error {
	s.rooms[args[0]] = s.sim.Room(args[0])
	return nil
}

// privateroom NAME PERSON….
func privateRoomCmd(s *scene, args []string) error {
	var members []*slacksim.Person
	for _, name := range args[1:] {
		members = append(members, s.people[name])
	}
	s.rooms[args[0]] = s.sim.PrivateRoom(args[0], members...)
	return nil
}

// joins PERSON ROOM.
func joinsCmd(s *scene, args []string) error {
	return s.people[args[0]].Joins(s.rooms[args[1]])
}

// in PERSON ROOM: the person has come into the room.
func inCmd(s *scene, args []string) error {
	return eventually(func() error {
		if !s.rooms[args[1]].Has(s.people[args[0]].ID()) {
			return fmt.Errorf("%s is not in %s", args[0], args[1])
		}
		return nil
	})
}

// says PERSON ROOM TEXT.
func saysCmd(s *scene, args []string) error {
	_, err := s.people[args[0]].Says(s.rooms[args[1]], args[2])
	return err
}

// replies PERSON ROOM PARENT TEXT.
func repliesCmd(s *scene, args []string) error {
	m, err := s.rooms[args[1]].Sees(args[2])
	if err != nil {
		return err
	}
	_, err = s.people[args[0]].Replies(m, args[3])
	return err
}

// edits PERSON ROOM OLD NEW.
func editsCmd(s *scene, args []string) error {
	m, err := s.rooms[args[1]].Sees(args[2])
	if err != nil {
		return err
	}
	return s.people[args[0]].Edits(m, args[3])
}

// deletes PERSON ROOM TEXT.
func deletesCmd(s *scene, args []string) error {
	m, err := s.rooms[args[1]].Sees(args[2])
	if err != nil {
		return err
	}
	return s.people[args[0]].Deletes(m)
}

// reacts PERSON ROOM TEXT EMOJI.
func reactsCmd(s *scene, args []string) error {
	m, err := s.rooms[args[1]].Sees(args[2])
	if err != nil {
		return err
	}
	return s.people[args[0]].Reacts(m, args[3])
}

// types PERSON ROOM LINE.
func typesCmd(s *scene, args []string) error {
	s.answer = s.people[args[0]].Types(s.rooms[args[1]], args[2])
	return s.answer.Err()
}

// answer TEXT: what the last command's person was told.
func answerCmd(s *scene, args []string) error { return s.answer.Sees(args[0]) }

// clicks PERSON ROOM BUTTON.
func clicksCmd(s *scene, args []string) (err error) {
	s.answer, err = s.people[args[0]].Clicks(s.rooms[args[1]], args[2])
	return err
}

// shortcut PERSON CALLBACK [ROOM TEXT].
func shortcutCmd(s *scene, args []string) error {
	if len(args) == 2 {
		s.answer = s.people[args[0]].Shortcut(args[1])
		return s.answer.Err()
	}
	m, err := s.rooms[args[2]].Sees(args[3])
	if err != nil {
		return err
	}
	s.answer = s.people[args[0]].MessageShortcut(m, args[1])
	return s.answer.Err()
}

// fill PERSON FIELD VALUE: the person's open dialog.
func fillCmd(s *scene, args []string) (err error) {
	if s.modal, err = s.people[args[0]].Modal(); err != nil {
		return err
	}
	return s.modal.Fill(args[1], args[2:]...)
}

// submit: the dialog filled last.
func submitCmd(s *scene, _ []string) error { return s.modal.Submit() }

// home PERSON TEXT.
func homeCmd(s *scene, args []string) error {
	if err := s.people[args[0]].OpensHome(); err != nil {
		return err
	}
	return s.people[args[0]].Home().Sees(args[1])
}

// sees ROOM TEXT; ! sees looks once and does not wait.
func seesCmd(s *scene, args []string) error {
	if _, err := s.rooms[args[0]].Sees(args[1]); err != nil {
		return fmt.Errorf("%w\n%s", err, s.rooms[args[0]].Transcript())
	}
	return nil
}

// topic ROOM TEXT.
func topicCmd(s *scene, args []string) error {
	return eventually(func() error {
		if got := s.rooms[args[0]].Topic(); !strings.Contains(got, args[1]) {
			return fmt.Errorf("the topic is %q", got)
		}
		return nil
	})
}

// waitroom NAME PART: the room whose name contains PART, once it is there.
func waitRoomCmd(s *scene, args []string) (err error) {
	s.rooms[args[0]], err = s.sim.WaitRoom(args[1])
	return err
}

// rooms PART N: as many rooms have PART in their name.
func roomsCmd(s *scene, args []string) error {
	n := 0
	for _, r := range s.sim.Rooms() {
		if strings.Contains(r.Name(), args[0]) {
			n++
		}
	}
	if strconv.Itoa(n) != args[1] {
		return fmt.Errorf("%d rooms are named %s", n, args[0])
	}
	return nil
}

// archive PERSON ROOM.
func archiveCmd(s *scene, args []string) error { return s.people[args[0]].Archives(s.rooms[args[1]]) }

// links N: as many links are open.
func linksCmd(s *scene, args []string) error {
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	return s.sim.WaitLinks(n)
}

// cut: every link breaks.
func cutCmd(s *scene, _ []string) error {
	s.sim.CutLinks()
	return nil
}

// fault METHOD STATUS|ERROR TIMES [after].
func faultCmd(s *scene, args []string) error {
	times, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	f := slacksim.Fault{Method: args[0], Times: times, AfterEffect: len(args) > 3 && args[3] == "after", RetryAfter: time.Second}
	switch status, err := strconv.Atoi(args[1]); {
	case err == nil:
		f.Status = status
	case args[1] == "cut":
		f.Cut = true
	default:
		f.Error = args[1]
	}
	s.sim.Fail(f)
	return nil
}

// calls METHOD N: the method was called as often.
func callsCmd(s *scene, args []string) error {
	return eventually(func() error {
		if n := len(s.sim.CallsTo(args[0])); strconv.Itoa(n) != args[1] {
			return fmt.Errorf("%s was called %d times", args[0], n)
		}
		return nil
	})
}

// settle: every event is acknowledged.
func settleCmd(s *scene, _ []string) error { return s.sim.Settle() }

func eventually(f func() error) error {
	var err error
	for deadline := time.Now().Add(15 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if err = f(); err == nil {
			return nil
		}
	}
	return err
}
