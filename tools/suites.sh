# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The test suites of ./dev test: one function per suite, run with its output in a file, from which counts() reads how
# many passed. FW_BUILD is the build folder under test, FW_FULL is not empty in the full tier.

suite_lint() { node tests/lint/run.mjs; }
suite_unit() { meson_suite "$FW_BUILD" unit; }
suite_fuzz() {
	meson_suite "$FW_BUILD" fuzz || return
	[ -z "$FW_FULL" ] || fuzz_freely 60
}
suite_integration() {
	local status=0
	meson_suite "$FW_BUILD" integration || status=1
	# Most of it is waiting for what has to take its time, so two at once; the media tests want the processors, so after what runs beside.
	node tests/run.mjs --lanes 2 --without skew,restart tests/integration || status=1
	wait
	node tests/run.mjs tests/integration skew restart || status=1
	return "$status"
}

suite_sanitize() {
	[ -f build-sanitize/build.ninja ] || CC=clang CC_LD=mold meson setup build-sanitize -Db_sanitize=address,undefined \
		-Db_lundef=false -Doptimization=1 || return
	ninja -C build-sanitize || return
	FW_BUILD=$PWD/build-sanitize ASAN_OPTIONS=detect_leaks=1:abort_on_error=1 \
		UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
		LSAN_OPTIONS=suppressions=$PWD/tests/leaks.supp:print_suppressions=0 meson_suite build-sanitize unit fuzz
}

# Months of office life (docs/SIMULATOR.md), two at a time; each seed that holds prints its summary.
suite_sim() {
	local status=0
	simulate "${FW_FULL:+200}" 50 || status=1
	[ -z "$FW_FULL" ] || simulate 5 500 || status=1
	return "$status"
}

# simulate SEEDS WINDOWS: seeds 1, 2 ...; 10 where no number is given
simulate() {
	seq 1 "${1:-10}" | xargs -P 2 -I '{}' "$FW_BUILD/tests/simulator/farwindow-sim" --seed '{}' --windows "$2"
}

suite_web() { (cd web-client && npx --no-install vitest run --reporter=verbose); }

suite_browser() {
	local limit=1200
	[ -z "$FW_FULL" ] || limit=3600
	timeout --kill-after=10 "$limit" node tests/run.mjs --lanes 2 --beside idle --alone call,firefox,papers,party,peer,turn tests/browser
}

# fuzz_freely SECONDS: libFuzzer for so long on each target, from its corpus onwards. A crash leaves its input in
# .cache/fuzz/: add that to tests/fuzz/corpus/ with the repair.
fuzz_freely() {
	local target name status=0
	[ -f build-fuzz/build.ninja ] ||
		CC=clang meson setup build-fuzz -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false || return
	ninja -C build-fuzz || return
	for target in build-fuzz/tests/fuzz/fuzz-*; do
		[ -f "$target" ] || continue
		name=${target##*/fuzz-}
		mkdir -p ".cache/fuzz/$name"
		if "$target" -max_total_time="$1" -verbosity=0 -artifact_prefix=".cache/fuzz/$name." \
			".cache/fuzz/$name" "tests/fuzz/corpus/$name"; then
			printf 'freely ok %s\n' "$name"
		else
			printf 'freely failed %s\n' "$name" && status=1
		fi
	done
	return "$status"
}

# meson_suite BUILD SUITE...: patient, for a machine that has other work too
meson_suite() {
	local build=$1 suite suites=()
	shift
	for suite in "$@"; do suites+=(--suite "$suite"); done
	meson test -C "$build" --no-rebuild --print-errorlogs --timeout-multiplier 4 "${suites[@]}"
}

# counts SUITE LOG: "passed failed" as the suite's own runner counted them.
counts() {
	case $1 in
	unit | fuzz | sanitize | integration | browser)
		awk '/^Ok: /{p+=$2} /^Expected Fail: /{p+=$3} /^(Fail|Timeout): /{f+=$2} /^Unexpected Pass: /{f+=$3} /^freely ok /{p++} /^freely failed /{f++} /^[0-9]+ passed, [0-9]+ failed$/{p+=$1; f+=$3} END {print p+0, f+0}' "$2"
		;;
	sim) awk '/^seed [0-9]+:/{p++} /^seed [0-9]+ FAILED/{f++} END {print p+0, f+0}' "$2" ;;
	lint) awk '/^lint: /{p+=$2; f+=$4} END {print p+0, f+0}' "$2" ;;
	web) sed 's/\x1b\[[0-9;]*m//g' "$2" | awk '/^ +Tests /{for(i=2;i<=NF;i++){if($i~/^passed/)p+=$(i-1);if($i~/^failed/)f+=$(i-1)}} END {print p+0, f+0}' ;;
	esac
}

# run_suite SUITE: its output to .cache/test/SUITE.log, "STATUS SECONDS" to SUITE.ended
run_suite() {
	local started=$SECONDS status=0
	"suite_$1" >".cache/test/$1.log" 2>&1 </dev/null || status=$?
	printf '%d %d\n' "$status" $((SECONDS - started)) >".cache/test/$1.ended"
}

run_each() {
	local each
	for each in "$@"; do run_suite "$each"; done
}

report_each() {
	local each
	for each in "$@"; do report "$each"; done
}

# The simulator and the client's unit tests only compute, and the integration tests mostly wait: where wanted together, they run side
# by side, those that compute behind everybody else. (The sanitizers' suite beside them too took longer than one after the other.)
run_suites() {
	local suite beside=() status seconds passed failed total_passed=0 total_failed=0
	mkdir -p .cache/test
	if [[ " $* " == *" integration "* ]]; then
		for suite in sim web; do [[ " $* " != *" $suite "* ]] || beside+=("$suite"); done
	fi
	for suite in "$@"; do
		[[ " ${beside[*]} " != *" $suite "* ]] || continue
		if [ "$suite" = integration ]; then
			{
				renice -n 10 "$BASHPID" >/dev/null
				run_each "${beside[@]}"
			} &
			run_suite integration
			wait
			report_each integration "${beside[@]}"
		else
			run_suite "$suite"
			report "$suite"
		fi
	done
	printf '%d passed, %d failed\n' "$total_passed" "$total_failed"
	[ "$total_failed" = 0 ]
}

# report SUITE: its line, before it the end of its output where something failed; adds to the totals of run_suites.
report() {
	read -r status seconds <".cache/test/$1.ended"
	read -r passed failed < <(counts "$1" ".cache/test/$1.log")
	# A runner that broke before it could count is a failure of its own.
	[ "$status" = 0 ] || [ "$failed" != 0 ] || failed=1
	[ "$failed" = 0 ] || tail -n 200 ".cache/test/$1.log"
	printf '%-12s %4d passed %4d failed %4d s\n' "$1" "$passed" "$failed" "$seconds"
	total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed))
}
