package admission

import (
	"strings"

	"github.com/fedhub/fedhub/events"
)

// secretValues are what values of environment variables look like that are secrets.
var secretValues = []string{
	`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY`,
	`\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b`,                         // Amazon
	`\bAIza[0-9A-Za-z_-]{35}`,                                         // Google
	`AccountKey=[A-Za-z0-9+/=]{40,}`,                                  // Azure
	`\bgh[oprsu]_[0-9A-Za-z]{36,}|\bgithub_pat_\w{22,}`,               // GitHub
	`\bglpat-[0-9A-Za-z_-]{20,}`,                                      // GitLab
	`\bxox[abeoprs]-[0-9A-Za-z-]{10,}|hooks[.]slack[.]com/services/T`, // Slack
	`\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}`,                          // Stripe
	`\bSG[.][0-9A-Za-z_-]{16,}[.][0-9A-Za-z_-]{16,}`,                  // SendGrid
	`\bkey-[0-9a-z]{32,}`,                                             // Mailgun
	`\bSK[0-9a-f]{32}\b`,                                              // Twilio
	`\bnpm_[0-9A-Za-z]{36}`,
	`\bpypi-AgE[0-9A-Za-z_-]{32,}`,
	`\bey[JK][0-9A-Za-z_-]{10,}[.]ey[JK][0-9A-Za-z_-]{10,}[.]`, // a signed token
	`[a-z]://[^/\s:@]*:[^/\s:@$]+@`,                            // a password in an address
}

// secretNames are names of environment variables whose values, when they are written out, are secrets.
//
//nolint:gosec // G101: these are what credentials are called
const secretNames = `(?i)(?:^|[_-])(?:PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|TOKEN|(?:API|ACCESS|SECRET|PRIVATE)[_-]?KEY|CREDENTIALS?)$`

// writtenOut is a value that is not a reference to another variable and is too long for a switch.
const writtenOut = `^[^$\s]\S{7,}$`

// ofSecrets is about secrets that are written into environment variables. In a deny rule "false" says that there may be
// none, as "true" says that it meets those that have one: published rules have it both ways, and no rule would be there to
// keep out workloads without secrets.
func ofSecrets(c events.AdmissionCriterion, deny bool) (term, error) {
	text := `c.?env.orValue([]).exists(e, has(e.value) && (` + isLike("e.value", strings.Join(secretValues, "|")) + ` || ` +
		isLike("e.name", secretNames) + ` && ` + isLike("e.value", writtenOut) + `))`
	if c.Value == "false" && !deny {
		text = "!" + text
	}
	return term{text: text, each: true}, nil
}
