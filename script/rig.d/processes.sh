# shellcheck shell=bash
# Plain background processes: started, recognised and ended by pid.

# A process of ours names a file of its own, $RUN/NAME.something, on its command line: a pid
# file left by a killed session may point to somebody else's process by now.
process_alive() {
  local pid
  pid=$(cat "$RUN/$1.pid" 2>/dev/null) || return 1
  grep -qaF -- "$RUN/$1." "/proc/$pid/cmdline" 2>/dev/null
}

# Starts a process that outlives the rig and holds nothing of the caller's open: a test that
# reads the rig's output through a pipe must see its end.
start_process() {
  local name=$1
  shift
  (
    close_inherited
    exec setsid "$@" </dev/null >>"$LOGS/$name.log" 2>&1
  ) &
  echo $! >"$RUN/$name.pid"
}

close_inherited() {
  local fd
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    if ((fd > 2)); then eval "exec $fd>&-"; fi
  done
}

# Whether what was just started still runs. Not by its command line: until it has become its
# program it still has the rig's own, which on a cold disk takes a while.
just_started_lives() { kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null; }

# Asks until the answer is yes, for as long as the process lives and the time allows.
wait_until_ready() {
  local name=$1 seconds=$2 deadline
  shift 2
  deadline=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    if ! just_started_lives "$name" || ((SECONDS >= deadline)); then
      echo "$name did not come up within $seconds s; the end of $LOGS/$name.log:"
      tail -n 12 "$LOGS/$name.log"
      return 1
    fi
    sleep 0.05
  done
}

# Asks it to end, insists after 20 s, returns when it has ended.
stop_process() {
  local name=$1 pid signal
  for signal in TERM KILL; do
    process_alive "$name" || break
    pid=$(cat "$RUN/$name.pid")
    kill "-$signal" "$pid"
    wait_for_end "$name" 20 || true
  done
  rm -f "$RUN/$name.pid"
}

wait_for_end() {
  local deadline=$((SECONDS + $2))
  while process_alive "$1"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.05
  done
}

# A port is chosen once and kept until `down`: the engine, the tests and the pushed names know it.
port_of() {
  local file=$RUN/$1.port port=$2
  if [[ ! -f $file ]]; then
    while port_taken "$port"; do ((port += 1)); done
    echo "$port" >"$file"
  fi
  cat "$file"
}

port_taken() {
  grep -qsx "$1" "$RUN"/*.port || (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

address_of() { echo "127.0.0.1:$(cat "$RUN/$1.port")"; }

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}
