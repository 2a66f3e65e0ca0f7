package api

// The error codes. Those up to 55 are NeuVector's; the others are ours, for what its federation does not tell apart.
const (
	codeNotFound        = 1
	codeMethod          = 2
	codeUnauthorized    = 3
	codeNotAllowed      = 4
	codeRequest         = 6
	codeObjectNotFound  = 7
	codeWriteFailed     = 8
	codeDuplicateName   = 13
	codeWeakPassword    = 14
	codeName            = 15
	codeInUse           = 16
	codeImport          = 18
	codeLock            = 19
	codeDenied          = 25
	codeAuthCluster     = 37
	codeForward         = 38
	codeFederation      = 39
	codeUnreachable     = 40
	codeNameTaken       = 41
	codeVersionTooNew   = 42
	codeVersionTooOld   = 43
	codeReadOnly        = 46
	codeBlocked         = 47
	codePromote         = 49
	codeServer          = 55
	codeTokenRevoked    = 60
	codeTokenSpent      = 61
	codeTokenMalformed  = 62
	codeTokenTampered   = 63
	codeTokenUnknown    = 64
	codeMasterUnproven  = 65
	codeNoMaster        = 66
	codeClock           = 67
	codeKeyTaken        = 68
	codeCredential      = 69
	codeNotMember       = 70
	codeMasterBusy      = 71
	codeDiskFull        = 72
	codeLogUnavailable  = 73
	codeConflict        = 74
	codeLogDamaged      = 75
	codeSetTooLarge     = 76
	codeInDoubt         = 77
	codeTooManyRequests = 78
	codeRollout         = 79
	codePartly          = 80
)

// codeTexts is what an answer's "error" says for its code. The texts never change.
var codeTexts = map[int]string{ //nolint:gosec // G101: sentences, not credentials
	codeNotFound:        "URL not found",
	codeMethod:          "Method not allowed",
	codeUnauthorized:    "Authentication failed",
	codeNotAllowed:      "Operation not allowed",
	codeRequest:         "Request in wrong format",
	codeObjectNotFound:  "Object not found",
	codeWriteFailed:     "Failed to write",
	codeDuplicateName:   "Duplicate name",
	codeWeakPassword:    "Password is weak",
	codeName:            "Invalid name",
	codeInUse:           "Object in use",
	codeImport:          "Failed to import",
	codeLock:            "Failed to acquire the lock",
	codeDenied:          "Access denied",
	codeAuthCluster:     "Authentication to the remote cluster failed",
	codeForward:         "Request to the remote cluster failed",
	codeFederation:      "Federation operation failed",
	codeUnreachable:     "Managed cluster is unreachable from primary cluster",
	codeNameTaken:       "Another cluster with the same name already exists in the federation",
	codeVersionTooNew:   "Version of primary cluster is too old",
	codeVersionTooOld:   "Version of managed cluster is too old",
	codeReadOnly:        "Read-only rules",
	codeBlocked:         "Login is blocked",
	codePromote:         "Failed to promote rules",
	codeServer:          "Internal server error",
	codeTokenRevoked:    "Join token was revoked",
	codeTokenSpent:      "Join token is used up",
	codeTokenMalformed:  "Join token is malformed",
	codeTokenTampered:   "Join token was altered",
	codeTokenUnknown:    "Join token is unknown",
	codeMasterUnproven:  "Primary cluster did not prove its identity",
	codeNoMaster:        "Primary cluster is unreachable",
	codeClock:           "Clocks differ too much",
	codeKeyTaken:        "Key already belongs to a cluster of the federation",
	codeCredential:      "Credential was refused",
	codeNotMember:       "Cluster is not a member of the federation",
	codeMasterBusy:      "Primary cluster cannot decide now",
	codeDiskFull:        "No space left",
	codeLogUnavailable:  "Commands are not taken for now",
	codeConflict:        "Conflict with other commands",
	codeLogDamaged:      "Stored log is damaged",
	codeSetTooLarge:     "Change set is too large",
	codeInDoubt:         "Outcome is not known yet",
	codeTooManyRequests: "Too many requests at once",
	codeRollout:         "A rollout is in the way",
	codePartly:          "Only a part of the command is stored",
}
