# Where a house has its things, for deploy/backup and deploy/restore.

fail() {
	printf '%s: %s\n' "${0##*/}" "$1" >&2
	exit 1
}

usage() {
	sed -n '2,/^set/s/^# \{0,1\}//p' "$1" >&2
	exit 2
}

# value CONF SECTION KEY DEFAULT
value() {
	awk -F= -v section="[$2]" -v key="$3" -v fallback="$4" '
		/^[[:space:]]*\[/ { gsub(/[[:space:]]/, "", $0); inside = $0 == section; next }
		inside && $1 ~ "^[[:space:]]*" key "[[:space:]]*$" { sub(/^[^=]*=[[:space:]]*/, ""); found = $0 }
		END { print found == "" ? fallback : found }' "$1"
}

# read_house CONF: sets data, db, user and the array reel_dirs.
read_house() {
	[ -r "$1" ] || fail "cannot read $1"
	data=$(value "$1" server data_dir /var/lib/bidroom)
	user=$(value "$1" server user '')
	db=$(value "$1" database embedded_dir '')
	[ -n "$db" ] || fail "$1 names no embedded_dir; a database of its own service has its own backup"
	IFS=: read -r -a reel_dirs <<<"$(value "$1" record dirs "$data/reels")"
}

# copy_tree FROM TO [NAME...]: everything below FROM but these entries. Files may grow meanwhile: each is copied as long
# as it was when its turn came, and an index before its reel, so that it never names what the copy lacks.
copy_tree() {
	local from=$1 to=$2 skip=() name rc=0
	shift 2
	for name; do skip+=(-path "./$name" -prune -o); done
	mkdir -p -- "$to"
	(cd "$from" && {
		find . "${skip[@]}" -type d -print0
		find . "${skip[@]}" -type f -name '*.idx' -print0
		find . "${skip[@]}" ! -type d ! -name '*.idx' -print0
	} | tar --create --no-recursion --null --files-from=- --warning=no-file-changed) |
		tar --extract --preserve-permissions --same-owner --directory="$to" || rc=$?
	# 1: something grew.
	[ "$rc" -le 1 ] || fail "$from was not copied"
}
