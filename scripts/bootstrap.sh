#!/usr/bin/env bash
# Makes .venv from requirements.lock. With the argument spark makes .venv-spark, which has the packages
# of requirements-spark.lock too: a JVM's worth of them, which DuckDB alone needs none of. With the
# argument bench makes .venv-bench in the same way, with the tools that benchmarks compare with. Needs a
# Python of 3.11 to 3.13 and a package index, no more. PYTHON=/path/to/python picks the Python.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
locks=requirements.lock
more=""
case "${1:-}" in
"") ;;
spark | bench)
    venv=.venv-$1
    more=requirements-$1.lock
    locks="requirements.lock and $more"
    ;;
*)
    echo "Usage: $0 [spark | bench]" >&2
    exit 64
    ;;
esac

is_fit() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

python=""
for candidate in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
    if is_fit "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "No Python from 3.11 to 3.13 was found (looked for: ${PYTHON:-python3.11 python3.12" \
        "python3.13 python3 python}). Install one, or name it: make PYTHON=/path/to/python" >&2
    exit 69
fi

echo "Making $venv with $("$python" --version) from $locks ..."
rm -rf "$venv"
if ! "$python" -m venv "$venv"; then
    echo "$python cannot make virtual environments. On Debian and Ubuntu install its venv" \
        "package, for example: apt-get install python3.11-venv" >&2
    exit 69
fi
pip=("$venv/bin/python" -m pip --disable-pip-version-check -qq install)
# no source packages: nothing is built on this machine, every byte has its hash in the lock
"${pip[@]}" --require-hashes --only-binary :all: --no-compile -r requirements.lock
if [ -n "$more" ]; then
    # pyspark comes as source alone, without a step that compiles: the setuptools just installed
    # packs it, and nothing unhashed is downloaded
    "${pip[@]}" --require-hashes --only-binary :all: --no-binary pyspark --no-build-isolation \
        --no-compile -r "$more"
fi
"${pip[@]}" --no-deps --no-build-isolation --no-compile --editable .
# without bytecode every start pays seconds; compiled here, it does not matter whether Python may
# write it later (PYTHONDONTWRITEBYTECODE)
"$venv/bin/python" -m compileall -q -j 0 "$venv/lib" scripts/npas
"$venv/bin/python" -m pip check
touch "$venv/.installed"
echo "Installed $("$venv/bin/python" -m pip list --format freeze | wc -l) packages in $venv"
