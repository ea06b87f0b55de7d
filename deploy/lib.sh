# shellcheck shell=bash
# What the scripts of this folder share: steps with their elapsed time, packages, the build.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
started=$(date +%s%N)

# Milliseconds since the script began, as "12.3 s".
elapsed() {
	local ms=$((($(date +%s%N) - started) / 1000000))
	printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100))
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# step TEXT COMMAND...: runs a command quietly; its output is shown only when it fails.
step() {
	local text=$1 log begun ms
	shift
	log=$(mktemp)
	begun=$(date +%s%N)
	printf '%-58s' "$text"
	if "$@" >"$log" 2>&1; then
		ms=$((($(date +%s%N) - begun) / 1000000))
		printf '%6d.%d s\n' $((ms / 1000)) $((ms % 1000 / 100))
		rm -f "$log"
		return 0
	fi
	printf '  failed\n'
	tail -n 60 "$log" >&2
	rm -f "$log"
	return 1
}

# The packages of the given kinds that are not installed yet. Whoever has a newer Node.js than
# Debian's, with its npm, keeps it.
missing_packages() {
	local name kind
	while read -r name kind; do
		case $name in '' | '#'*) continue ;; esac
		case " $* " in *" $kind "*) ;; *) continue ;; esac
		case $name in
		nodejs) command -v node >/dev/null && continue ;;
		npm) command -v npm >/dev/null && continue ;;
		esac
		dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q '^install ok installed' ||
			printf '%s\n' "$name"
	done <"$top/deploy/packages"
}

# A service that a package wants to start would fight for ports and memory: nothing is started.
install_packages() {
	local missing
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	[ "$(id -u)" = 0 ] || die "these packages are missing and only root can install them:" $missing
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	# shellcheck disable=SC2086
	apt-get install -y -q --no-install-recommends $missing
}

# npm ci, only when the lock file changed since the last time.
install_modules() {
	local web=$top/server/web stamp
	stamp=$web/node_modules/.installed-lock
	cmp -s "$web/package-lock.json" "$stamp" && return 0
	npm ci --prefix "$web" --no-audit --no-fund && cp "$web/package-lock.json" "$stamp"
}

# build_tree DIR [MESON OPTIONS...]
build_tree() {
	local dir=$1
	shift
	if [ -f "$dir/build.ninja" ]; then
		meson configure "$dir" "$@"
	else
		meson setup "$dir" "$top" "$@"
	fi
	ninja -C "$dir"
}

build_console() {
	npm run --prefix "$top/server/web" build
}
