package api

import (
	"fmt"
	"slices"

	"github.com/fedhub/fedhub/cluster"
)

// The roles of users.
const (
	roleAdmin     = "admin"
	roleReader    = "reader"
	roleFedAdmin  = "fedAdmin"
	roleFedReader = "fedReader"
)

// level is who may use a route.
type level int

const (
	forNobody     level = iota // the zero value, so that a forgotten level refuses
	forEveryone                // without a session
	forUsers                   // with any session; the handler asks for more
	forReaders                 // who may read the cluster
	forAdmins                  // who may change the cluster
	forOwners                  // who may change the cluster's place in a federation: admins, on a master fedAdmins
	forFedReaders              // who may read the whole federation
	forFedAdmins               // who may change the whole federation
)

// allows reports whether a user with the given role passes on a cluster with the given role.
func (l level) allows(role string, at cluster.Role) bool {
	admin := role == roleAdmin || role == roleFedAdmin
	switch l {
	case forEveryone, forUsers:
		return true
	case forReaders:
		return admin || role == roleReader || role == roleFedReader
	case forAdmins:
		return admin
	case forOwners:
		return role == roleFedAdmin || role == roleAdmin && at != cluster.RoleMaster
	case forFedReaders:
		return role == roleFedAdmin || role == roleFedReader
	case forFedAdmins:
		return role == roleFedAdmin
	case forNobody:
	}
	return false
}

// need is what a route asks of its caller and of the cluster.
type need struct {
	level level
	at    []cluster.Role // roles that the cluster may have; none: all
}

// access is the table of permissions, by method and path as the router knows them. What is not in it is
// refused. Whether federated policy may be written is decided by [server.write].
var access = map[string]need{
	"GET /v1/auth":    {level: forUsers},
	"POST /v1/auth":   {level: forEveryone},
	"PATCH /v1/auth":  {level: forUsers},
	"DELETE /v1/auth": {level: forUsers},
	"GET /v1/version": {level: forUsers},

	"GET /v1/user":          {level: forReaders},
	"POST /v1/user":         {level: forAdmins},
	"GET /v1/user/:name":    {level: forReaders},
	"PATCH /v1/user/:name":  {level: forUsers}, // one's own password; the rest is for admins
	"DELETE /v1/user/:name": {level: forAdmins},

	"GET /v1/fed/healthcheck":      {level: forEveryone},
	"GET /v1/fed/member":           {level: forReaders},
	"GET /v1/fed/summary":          {level: forReaders},
	"GET /v1/fed/events":           {level: forReaders},
	"GET /v1/fed/events/stream":    {level: forReaders},
	"PATCH /v1/fed/config":         {level: forOwners},
	"POST /v1/fed/promote":         {forAdmins, []cluster.Role{cluster.RoleStandalone}},
	"POST /v1/fed/demote":          {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"GET /v1/fed/join_token":       {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"GET /v1/fed/tokens":           {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"DELETE /v1/fed/token/:id":     {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"POST /v1/fed/join":            {forAdmins, []cluster.Role{cluster.RoleStandalone}},
	"POST /v1/fed/leave":           {forAdmins, []cluster.Role{cluster.RoleRemote}},
	"PATCH /v1/fed/cluster/:id":    {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"DELETE /v1/fed/cluster/:id":   {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"POST /v1/fed/deploy":          {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"GET /v1/fed/view/:id":         {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"POST /v1/fed/policy/import":   {level: forAdmins},
	"GET /v1/fed/policy/export":    {level: forReaders},
	"GET /v1/fed/cluster/:id/*":    {forFedReaders, []cluster.Role{cluster.RoleMaster}},
	"POST /v1/fed/cluster/:id/*":   {forFedReaders, []cluster.Role{cluster.RoleMaster}},
	"PATCH /v1/fed/cluster/:id/*":  {forFedReaders, []cluster.Role{cluster.RoleMaster}},
	"PUT /v1/fed/cluster/:id/*":    {forFedReaders, []cluster.Role{cluster.RoleMaster}},
	"DELETE /v1/fed/cluster/:id/*": {forFedReaders, []cluster.Role{cluster.RoleMaster}},

	"POST /v1/fed/change":            {level: forAdmins},
	"POST /v1/fed/rollback":          {level: forAdmins},
	"GET /v1/fed/revision":           {level: forReaders},
	"GET /v1/fed/revision/:revision": {level: forReaders},
	"GET /v1/fed/policy":             {level: forReaders},
	"GET /v1/fed/diff":               {level: forReaders},
	"GET /v1/fed/audit":              {level: forAdmins},
	"GET /v1/fed/rollout":            {level: forReaders},
	"GET /v1/fed/rollout/:id":        {level: forReaders},
	"POST /v1/fed/rollout/:id/:step": {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"GET /v1/fed/status":             {level: forReaders},
	"GET /v1/fed/live":               {level: forReaders},
	"GET /v1/fed/matrix":             {level: forReaders},
	"GET /v1/fed/pulse/:id":          {level: forReaders},

	"POST /v1/file/group":                {level: forReaders},
	"POST /v1/file/admission":            {level: forReaders},
	"POST /v1/file/response/rule":        {level: forReaders},
	"POST /v1/file/dlp":                  {level: forReaders},
	"POST /v1/file/waf":                  {level: forReaders},
	"POST /v1/file/fed_config":           {level: forReaders},
	"POST /v1/file/group/config":         {level: forAdmins},
	"POST /v1/file/admission/config":     {level: forAdmins},
	"POST /v1/file/response/rule/config": {level: forAdmins},
	"POST /v1/file/dlp/config":           {level: forAdmins},
	"POST /v1/file/waf/config":           {level: forAdmins},
	"POST /v1/file/fed/config":           {level: forAdmins},

	"GET /v1/group":          {level: forReaders},
	"POST /v1/group":         {level: forAdmins},
	"GET /v1/group/:name":    {level: forReaders},
	"PATCH /v1/group/:name":  {level: forAdmins},
	"DELETE /v1/group/:name": {level: forAdmins},

	"GET /v1/policy/rule":        {level: forReaders},
	"PATCH /v1/policy/rule":      {level: forAdmins},
	"DELETE /v1/policy/rule":     {level: forAdmins},
	"GET /v1/policy/rule/:id":    {level: forReaders},
	"PATCH /v1/policy/rule/:id":  {level: forAdmins},
	"DELETE /v1/policy/rule/:id": {level: forAdmins},

	"POST /v1/policy/rules/promote":   {forFedAdmins, []cluster.Role{cluster.RoleMaster}},
	"POST /v1/admission/rule/promote": {forFedAdmins, []cluster.Role{cluster.RoleMaster}},

	"GET /v1/admission/rules":       {level: forReaders},
	"DELETE /v1/admission/rules":    {level: forAdmins},
	"POST /v1/admission/rule":       {level: forAdmins},
	"PATCH /v1/admission/rule":      {level: forAdmins},
	"GET /v1/admission/rule/:id":    {level: forReaders},
	"DELETE /v1/admission/rule/:id": {level: forAdmins},
	"GET /v1/admission/state":       {level: forReaders},
	"PATCH /v1/admission/state":     {level: forAdmins},

	"GET /v1/response/rule":        {level: forReaders},
	"PATCH /v1/response/rule":      {level: forAdmins},
	"DELETE /v1/response/rule":     {level: forAdmins},
	"GET /v1/response/rule/:id":    {level: forReaders},
	"PATCH /v1/response/rule/:id":  {level: forAdmins},
	"DELETE /v1/response/rule/:id": {level: forAdmins},
	"GET /v1/response/options":     {level: forReaders},

	"GET /v1/process_profile":         {level: forReaders},
	"GET /v1/process_profile/:name":   {level: forReaders},
	"PATCH /v1/process_profile/:name": {level: forAdmins},
	"GET /v1/file_monitor":            {level: forReaders},
	"GET /v1/file_monitor/:name":      {level: forReaders},
	"PATCH /v1/file_monitor/:name":    {level: forAdmins},

	"GET /v1/dlp/sensor":          {level: forReaders},
	"POST /v1/dlp/sensor":         {level: forAdmins},
	"GET /v1/dlp/sensor/:name":    {level: forReaders},
	"PATCH /v1/dlp/sensor/:name":  {level: forAdmins},
	"DELETE /v1/dlp/sensor/:name": {level: forAdmins},
	"GET /v1/dlp/rule":            {level: forReaders},
	"GET /v1/dlp/group":           {level: forReaders},
	"GET /v1/dlp/group/:name":     {level: forReaders},
	"PATCH /v1/dlp/group/:name":   {level: forAdmins},
	"GET /v1/waf/sensor":          {level: forReaders},
	"POST /v1/waf/sensor":         {level: forAdmins},
	"GET /v1/waf/sensor/:name":    {level: forReaders},
	"PATCH /v1/waf/sensor/:name":  {level: forAdmins},
	"DELETE /v1/waf/sensor/:name": {level: forAdmins},
	"GET /v1/waf/rule":            {level: forReaders},
	"GET /v1/waf/group":           {level: forReaders},
	"GET /v1/waf/group/:name":     {level: forReaders},
	"PATCH /v1/waf/group/:name":   {level: forAdmins},

	"GET /v1/system/summary":                 {level: forReaders},
	"GET /v1/system/certificates":            {level: forReaders},
	"GET /v1/system/score/metrics":           {level: forReaders},
	"GET /v1/system/config":                  {level: forReaders},
	"GET /v2/system/config":                  {level: forReaders},
	"PATCH /v2/system/config":                {level: forAdmins},
	"POST /v1/system/config/webhook":         {level: forAdmins},
	"PATCH /v1/system/config/webhook/:name":  {level: forAdmins},
	"DELETE /v1/system/config/webhook/:name": {level: forAdmins},
}

// check refuses in NeuVector's order: first for the user's role, then for the cluster's.
func (n need) check(who caller, at cluster.Role) error {
	if !n.level.allows(who.role, at) {
		return errDenied
	}
	if len(n.at) > 0 && !slices.Contains(n.at, at) {
		return fmt.Errorf("%w: this cluster is %s and would have to be %s", cluster.ErrRole, roleWord(at), roleWord(n.at[0]))
	}
	return nil
}

func roleWord(r cluster.Role) string {
	switch r {
	case cluster.RoleMaster:
		return "a master"
	case cluster.RoleRemote:
		return "a remote"
	case cluster.RoleStandalone:
	}
	return "standalone"
}
