#!/usr/bin/env bash
# The flow that NeuVector's documentation and glovecchi0/neuvector-tf-federation (setup-nv-federation.sh)
# publish, request by request, without the sleeps between them: promote the primary, log in again, make a join
# token, join the remote, ask both who is in. Prints the two answers, one a line.
#
# PRIMARY and REMOTE are "host:port" of the REST servers, FED_IP and FED_PORT where the primary takes remotes.
set -euo pipefail

request() { # method, URL, session, body
  curl --silent --show-error --fail-with-body --cacert "$CA" --request "$1" "$2" \
    --header "Content-Type: application/json" --header "X-Auth-Token: $3" --data "$4"
}

field() { # name: the last text of that name in the JSON on stdin
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

login() { # server
  request POST "https://$1/v1/auth" "" "{\"password\":{\"username\":\"admin\",\"password\":\"$PASSWORD\"}}" | field token
}

session=$(login "$PRIMARY")
request POST "https://$PRIMARY/v1/fed/promote" "$session" \
  "{\"master_rest_info\":{\"port\":$FED_PORT,\"server\":\"$FED_IP\"},\"name\":\"controller\"}" > /dev/null

session=$(login "$PRIMARY")
join_token=$(request GET "https://$PRIMARY/v1/fed/join_token" "$session" "" | field join_token)

remote_session=$(login "$REMOTE")
request POST "https://$REMOTE/v1/fed/join" "$remote_session" \
  "{\"join_token\":\"$join_token\",\"name\":\"worker\",\"joint_rest_info\":{\"port\":${REMOTE#*:},\"server\":\"${REMOTE%:*}\"}}"

request GET "https://$PRIMARY/v1/fed/member" "$session" ""
request GET "https://$REMOTE/v1/fed/member" "$remote_session" ""
