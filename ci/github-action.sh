#!/usr/bin/env bash
# The check of action.yml: one audit that writes SARIF, then annotations (and JUnit) from what its store kept.
# Inputs come as variables, never as text of this script. Works with the bash 3.2 of macOS.
set -euo pipefail

store=${SIGCHECK_STORE:-$RUNNER_TEMP/sigcheck-results.sqlite}
commands=$RUNNER_TEMP/sigcheck-commands.txt
rm -f "$commands"

options=(--store "$store" --fail-on "$SIGCHECK_FAIL_ON" --lang "$SIGCHECK_LANG" --policy "$SIGCHECK_POLICY")
[ -z "$SIGCHECK_PROFILE" ] || options+=(--profile "$SIGCHECK_PROFILE")
[ -z "$SIGCHECK_TRUST" ] || options+=(--trust "$SIGCHECK_TRUST")
[ -z "$SIGCHECK_BASELINE" ] || options+=(--baseline "$SIGCHECK_BASELINE")
[ -z "$SIGCHECK_CHANGED_SINCE" ] || options+=(--changed-since "$SIGCHECK_CHANGED_SINCE")
while IFS= read -r word; do
  [ -z "$word" ] || options+=("$word")
done <<< "$SIGCHECK_ARGUMENTS"

sources=()
while IFS= read -r source; do
  [ -z "$source" ] || sources+=("$source")
done <<< "$SIGCHECK_SOURCES"

# Messages hold names of files, which anybody may choose: the runner takes no command from them.
token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
printf '::stop-commands::%s\n' "$token"
code=0
sigcheck audit "${options[@]}" --format sarif --output "$SIGCHECK_SARIF" -- "${sources[@]}" || code=$?
if [ -n "$SIGCHECK_JUNIT" ]; then
  sigcheck audit "${options[@]}" --format junit --output "$SIGCHECK_JUNIT" -- "${sources[@]}" > /dev/null 2>&1 || :
fi
sigcheck audit "${options[@]}" --format github --output "$commands" -- "${sources[@]}" > /dev/null 2>&1 || :
printf '\n::%s::\n' "$token"

# Only what sigcheck wrote for the runner, each command on its own line and escaped.
if [ -f "$commands" ]; then
  cat "$commands"
fi
printf 'exit-code=%s\n' "$code" >> "$GITHUB_OUTPUT"
if [ -f "$SIGCHECK_SARIF" ]; then
  printf 'sarif=%s\n' "$SIGCHECK_SARIF" >> "$GITHUB_OUTPUT"
fi
exit "$code"
