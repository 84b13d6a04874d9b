package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"backout/integrations/github/githubsim"
	"backout/integrations/pagerduty/pagerdutysim"
	"backout/integrations/slack/slacksim"
)

// Scenes are what takes several steps, each of which may fail: people try again
// until it works or the story is over, and CI and alerting systems do too.

// opens has a person declare until there is a channel, and gives it.
func (ta *tale) opens(p *slacksim.Person, options string) (*slacksim.Room, bool) {
	for !ta.ended() {
		word := ta.word("Title")
		d := ta.does("declared", word)
		err := ta.types(p, ta.lobby, d, "/incident new "+word+" fails "+options)
		for range 60 {
			for _, r := range ta.incidentRooms() {
				if _, ok := r.Find(word); ok {
					return r, p.Joins(r) == nil
				}
			}
			ta.rests(50 * time.Millisecond)
			if err != nil {
				break
			}
		}
	}
	return nil, false
}

// rollsBack has Ana roll web-app back.
func (ta *tale) rollsBack(*rand.Rand) {
	ana := ta.people[0]
	room, ok := ta.opens(ana, "sev:1 service:web-app")
	if !ok {
		return
	}
	for !ta.ended() {
		if _, ok := room.Find("Rollback R1"); ok {
			break
		}
		if len(room.Pins()) > 0 && ana.Types(room, "/incident rollback").Err() == nil {
			ta.rests(time.Second)
		}
		ta.rests(50 * time.Millisecond)
	}
	for !ta.ended() {
		if m, ok := room.Find("Rollback R1"); ok {
			if a, err := ana.Clicks(m, "rollback_confirm_v1"); err == nil && a.Err() == nil {
				ta.count("rollbacks confirmed")
				return
			}
		}
		ta.rests(50 * time.Millisecond)
	}
}

// losesSeat has Mei remove the bot from an incident's channel, and perhaps invite
// it again: what was said meanwhile is a gap that must be stated, or filled.
func (ta *tale) losesSeat(rng *rand.Rand) {
	mei := ta.people[4]
	room, ok := ta.opens(mei, "sev:4 service:search")
	if !ok {
		return
	}
	ta.mu.Lock()
	ta.quiet = room
	ta.mu.Unlock()
	ta.rests(time.Duration(rng.IntN(2000)) * time.Millisecond)
	if !room.Has(ta.sim.BotUserID()) || mei.Kicks(room, ta.sim.BotUserID()) != nil {
		return
	}
	ta.count("seats lost")
	ta.rests(time.Duration(500+rng.IntN(2000)) * time.Millisecond)
	if rng.IntN(2) == 0 && mei.Invites(room, ta.sim.BotUserID()) == nil {
		ta.count("seats given back")
	}
}

// worksOutside has CI deploy and alerts go off.
func (ta *tale) worksOutside(rng *rand.Rand) {
	var firing []*pagerdutysim.Incident
	for !ta.ended() {
		switch rng.IntN(6) {
		case 0:
			v := ta.word("v")
			body := fmt.Sprintf(`{"id":"build-%s","service":"search","environment":"production","version":"%s","state":"success"}`, v, v)
			ta.ships(v, ta.posts("/webhooks/deploys", body))
		case 1:
			v := ta.word("v")
			ta.shop.Tag(v, ta.shop.Commit(githubsim.Commit{Message: "Release " + v}))
			id := ta.shop.Deploy(githubsim.Deployment{Ref: v, Environment: "production", Payload: map[string]any{"version": v}, Creator: "jonas"})
			ta.shop.DeployStatus(id, "success")
			ta.ships(v, true)
		case 2:
			v := ta.word("v")
			_, err := ta.sim.Bot("ci").Says(ta.ci, "pay "+v+" deployed to production")
			ta.ships(v, err == nil)
		case 3:
			title := ta.word("Alarm")
			i := ta.pd.Trigger(ta.watched, title+" error rate", pagerdutysim.Trigger{Urgency: "high"})
			ta.fires(title, true)
			firing = append(firing, i)
		case 4:
			if len(firing) > 0 {
				_ = firing[rng.IntN(len(firing))].Resolve(ta.onCall)
			}
		default:
			key := ta.word("Group")
			ta.fires(key, ta.posts("/webhooks/alertmanager", fmt.Sprintf(`{"version":"4","groupKey":"%s","status":"firing","receiver":"backout","alerts":[{"status":"firing",
				"labels":{"alertname":"%s","service":"checkout"},"startsAt":"%s","fingerprint":"f%s"}]}`, key, key, time.Now().UTC().Format(time.RFC3339), key)))
		}
		ta.rests(time.Duration(100+rng.IntN(500)) * time.Millisecond)
	}
}

func (ta *tale) ships(version string, taken bool) {
	ta.count("deploys")
	ta.mu.Lock()
	defer ta.mu.Unlock()
	ta.shipped = append(ta.shipped, shipment{version, taken})
}

func (ta *tale) fires(title string, taken bool) {
	ta.count("alerts")
	ta.mu.Lock()
	defer ta.mu.Unlock()
	ta.alarms = append(ta.alarms, alarm{title, taken})
}

// posts sends to the bot until it is taken, as CI and Alertmanager do, or until
// the story is over.
func (ta *tale) posts(path, body string) (taken bool) {
	for !ta.ended() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+ta.bot.addr+path, bytes.NewBufferString(body))
		if err == nil {
			req.Header.Set("Authorization", "Bearer "+victimToken)
			var resp *http.Response
			if resp, err = http.DefaultClient.Do(req); err == nil {
				_ = resp.Body.Close()
				taken = resp.StatusCode < 300
			}
		}
		cancel()
		if taken {
			return true
		}
		ta.rests(50 * time.Millisecond)
	}
	return false
}
