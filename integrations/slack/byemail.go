package slack

import "context"

// UserByEmail finds the member with this e-mail address; false when there is none.
func (c *Client) UserByEmail(ctx context.Context, email string) (id string, ok bool, err error) {
	err = c.call(ctx, read("users.lookupByEmail", "a person could not be looked up by e-mail address"), func(ctx context.Context) error {
		u, err := c.api.GetUserByEmailContext(ctx, email)
		if err == nil && u != nil {
			id = u.ID
		}
		return err
	})
	if codeOf(err) == "users_not_found" {
		return "", false, nil
	}
	return id, id != "", err
}
