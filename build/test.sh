#!/usr/bin/env bash
# Installs what the tests need, builds everything, checks the formatting and runs every test. The last line tells the
# real counts: "N passed, N failed[, N skipped]". Arguments go to `dotnet test`, as --filter-class '*RunTests'.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if ! browser >/dev/null; then
  if [ "$(id -u)" = 0 ]; then sudo=(); else sudo=(sudo -n); fi
  "${sudo[@]}" apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends chromium ||
    { echo "The browser tests need Chromium: install the package chromium." >&2; exit 1; }
fi

dotnet build MtlStudio.sln -nologo -clp:ErrorsOnly

broken=0
dotnet format whitespace --folder . --verify-no-changes || { broken=1; echo "Formatting: failed (dotnet format whitespace --folder . mends it)"; }

results=$PWD/artifacts/test-results
rm -rf "$results"
# One test project at a time: each has machine-wide company (trainers, browsers) of its own.
code=0
dotnet test --solution MtlStudio.sln --no-build --max-parallel-test-modules 1 --report-xunit-trx --results-directory "$results" "$@" || code=$?

# What the reports count; a project that left none did not run to its end.
count() { find "$results" -name '*.trx' -exec grep -ho '<Counters [^>]*' {} + 2>/dev/null | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ sum += $1 } END { print sum + 0 }'; }
passed=$(count passed) failed=$(count failed) skipped=$(count notExecuted)
expected=$(find tests -name '*.Tests.csproj' | wc -l)
reported=$(find "$results" -name '*.trx' 2>/dev/null | wc -l)
if [ $# = 0 ] && [ "$reported" -lt "$expected" ]; then
  echo "$((expected - reported)) of $expected test projects left no report"
  broken=$((broken + expected - reported))
fi
failed=$((failed + broken))
[ "$code" = 0 ] || [ "$failed" -gt 0 ] || failed=1
line="$passed passed, $failed failed"
[ "$skipped" = 0 ] || line="$line, $skipped skipped"
echo "$line"
[ "$failed" = 0 ]
