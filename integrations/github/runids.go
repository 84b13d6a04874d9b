package github

// GivesRunIDs reports whether the server is known to say which run a dispatch
// started: github.com does. An Enterprise server may; that is known only once
// something was dispatched, which is too late to rely on.
func (c *Client) GivesRunIDs() bool { return c.host == "api.github.com" }
