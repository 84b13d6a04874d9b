package slack

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"
)

// maxAnswer bounds what is read of one answer; a page of 200 long messages has a
// few megabytes.
const maxAnswer = 64 << 20

// form calls a method for which the SDK's types are too strict (pages of history)
// or lose what we need (who could not be invited), and reads the answer leniently.
// Errors are those of the SDK, so that they are sorted in one place.
func (c *Client) form(ctx context.Context, method string, args url.Values, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+method, strings.NewReader(args.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Authorization", "Bearer "+c.opt.BotToken)
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return err
	}
	if err := statusError(res); err != nil {
		return err
	}
	var head struct {
		OK               bool                   `json:"ok"`
		Error            string                 `json:"error"`
		Needed           string                 `json:"needed"`
		Provided         string                 `json:"provided"`
		ResponseMetadata slack.ResponseMetadata `json:"response_metadata"`
	}
	if err := lenient(body, &head); err != nil {
		return fmt.Errorf("read Slack's answer: %w", err)
	}
	if into != nil {
		if err := lenient(body, into); err != nil {
			return fmt.Errorf("read Slack's answer: %w", err)
		}
	}
	if !head.OK {
		return slack.SlackErrorResponse{Err: head.Error, Needed: head.Needed, Provided: head.Provided, ResponseMetadata: head.ResponseMetadata}
	}
	return nil
}

func statusError(res *http.Response) error {
	if res.StatusCode == http.StatusTooManyRequests {
		if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
			return &slack.RateLimitedError{RetryAfter: time.Duration(s) * time.Second}
		}
	}
	if res.StatusCode != http.StatusOK {
		return slack.StatusCodeError{Code: res.StatusCode, Status: res.Status}
	}
	return nil
}
