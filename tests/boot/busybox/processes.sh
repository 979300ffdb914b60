# Processes: begun, watched, ended. None waits by the clock for another: what comes later is looked
# for.
within() { until "$@"; do usleep 1000; done; }
asleep() { grep -q '^State:.S' /proc/$1/status; }
is() { grep -q "^$2\$" /proc/$1/comm; }

#: exit statuses
true; echo $?; false; echo $?; (exit 300); echo $?; no-such-command; echo $?; /data/poem; echo $?
/data; echo $?; sh -c 'kill -9 $$'; echo $?; sh -c 'kill -SEGV $$'; echo $?

#: & and wait
sleep 0.01 & first=$!; (exit 4) & wait $!; echo $?; wait $first; echo $?; wait; echo $?
wait 99999; echo $?; true & true & wait; echo $?

#: kill and its names
kill -l | head -n 5; kill -l 15; kill -l TERM; kill -l 137; sleep 1000 & kill -0 $!; echo $?
kill -TERM $!; wait $! 2>/dev/null; echo $?; sleep 1000 & kill -s KILL $!; wait $! 2>/dev/null
echo $?; kill $! 2>&1 | sed "s/$!/PID/"; kill -nonsense 1; echo $?; kill -9 x; echo $?

#: kill of a group
two() { [ $(ps -o pgid,comm | grep -c "^ *$! sleep") = 2 ]; }
setsid sh -c 'sleep 1000 & sleep 1000 & wait' & within two; kill -- -$!; wait $! 2>/dev/null
echo $?; while two; do usleep 1000; done; echo gone

#: killall and pidof
two() { [ $(pidof "$1" | wc -w) = 2 ]; }
sh -c 'exec yes >/dev/null' & sh -c 'exec yes >/dev/null' & within two yes; killall yes; wait
pidof yes; echo $?; killall yes; echo $?; killall -q yes; echo $?; killall -0 no-such; echo $?

#: ps shows what runs
sleep 1235 & within is $! sleep; within asleep $!; ps | grep -c '[s]leep 1235'
ps -o pid,ppid,comm | awk -v p=$! -v pp=$$ '$1 == p { print $2 == pp, $3 }'
ps -o user,stat,args | grep '[s]leep 1235'; ps -o nonsense; echo $?; kill $!
ps -o user,group,comm,args,pid,ppid,pgid,nice,rgroup,ruser,tty,vsz,sid,stat,rss | head -n 1

#: ps of a zombie and a stopped one
sleep 1000 & within is $! sleep; kill -STOP $!; within grep -q '^State:.T' /proc/$!/status
ps -o stat,pid | grep " $!\$" | cut -c 1; kill -CONT $!; within asleep $!; kill $!
# The parent of what ends is a sleep by then: a shell would wait for it.
sh -c 'sh -c "until grep -q sleep /proc/$$/comm; do usleep 1000; done; exec true" &
    echo $! >z; exec sleep 1000' & within test -s z
within grep -q '^State:.Z' /proc/$(cat z)/status
ps -o pid,stat,args | grep "^ *$(cat z) " | sed 's/^ *[0-9]* *//'; kill $!

#: top -b
sleep 1234 & within is $! sleep; within asleep $!; top -b -n 1 | sed -n 's/^ *PID/PID/p'
top -b -n 1 | grep '[s]leep 1234' | sed 's/[0-9.]*%* *[0-9.]* *//; s/.* \(sleep\)/\1/'; kill $!
top -b -n 1 -m 2>&1 | head -n 1 | cut -d' ' -f1

#: free, uptime, nproc
free |
    awk 'NR == 1 { print $1, $2, $3 } NR == 2 { print ($2 > $3), ($3 > 0) } NR == 3 { print $1 }'
free -m | head -n 1 | wc -w; uptime | grep -c 'load average: [0-9.]*, [0-9.]*, [0-9.]*$'
[ $(nproc) -ge 1 ] && echo some; nproc --ignore=1000; taskset 1 nproc

#: renice
sleep 1000 & renice -n 7 -p $!; ps -o nice,pid | grep " $!\$" | awk '{ print $1 }'
awk '{ print $19 }' /proc/$!/stat; kill $!; renice 5 99999; echo $?

#: taskset
taskset 1 sh -c 'taskset -p $$' | sed 's/[0-9]*.s/PID/'
taskset 1 grep Cpus_allowed_list /proc/self/status; taskset -p 1 $$ >/dev/null; echo $?
taskset 0 true; echo $?

#: timeout
timeout 1 sleep 1000; echo $?; timeout 1000 true; echo $?; timeout 1000 sh -c 'exit 9'; echo $?
timeout nonsense true; echo $?; timeout 5 no-such; echo $?

#: time
time true 2>&1 | cut -c 1-4; busybox time -p true 2>&1 | sed 's/[0-9.]*//g'
busybox time -f 'status %x of %C, swapped %W' sh -c 'exit 3'; echo $?
busybox time -f %M true 2>&1 | awk '{ print ($1 > 100) }'

#: setsid
setsid sh -c '[ $(ps -o pid,sid | awk -v p=$$ "\$1 == p { print \$2 }") = $$ ] && echo leader'
setsid setsid true; echo $?

#: watch
watch -t -n 1 'echo looked; cat count 2>/dev/null' >out & within grep -qs looked out; kill $!
wait $! 2>/dev/null; echo $?; grep -o looked out | head -n 1

#: start-stop-daemon
start-stop-daemon -S -b -m -p pid -x /bin/busybox -- sleep 1000; within test -s pid
within asleep $(cat pid); start-stop-daemon -S -b -m -p pid -x /bin/busybox -- sleep 1000; echo $?
(
    start-stop-daemon -K -t -p pid; start-stop-daemon -K -p pid -x /bin/busybox
    within test ! -e /proc/$(cat pid); start-stop-daemon -K -p pid; echo $?
    start-stop-daemon -K -o -q -p pid; echo $?
) 2>&1 |
    sed "s/$(cat pid)/PID/"
ln -s /bin/busybox id; start-stop-daemon -S -c daemon -x "$PWD/id" -- -u

#: run-parts
mkdir d; for n in 2b 1a 3c; do printf '#!/bin/sh\necho %s "$@"\n' $n >d/$n; chmod 755 d/$n; done
chmod 644 d/3c; touch d/no.t; run-parts -a x d; run-parts --test d; run-parts --reverse d
echo 'exit 3' >>d/1a; run-parts d; echo $?; run-parts --exit-on-error d; echo $?
run-parts missing; echo $?

#: su and id
id; id -u daemon; id -Gn daemon; su daemon -s /bin/sh -c 'id; whoami; echo $HOME'
su -s /bin/sh daemon -c 'su root -c id </dev/null' 2>&1; su no-such; echo $?; groups
groups daemon; whoami; id no-such; echo $?; id -un; id -G

#: setpriv
setpriv --nnp sh -c 'grep NoNewPrivs /proc/self/status'

#: env
env -i A=1 env; env -u HOME sh -c 'echo ${HOME-none}'; A=1 env A=2 sh -c 'echo $A'
env - B=x sh -c 'echo $B'; env no-such; echo $?; env A=1 B=2 env | grep '^[AB]='
env -0 -i A=1 B=2 | tr '\0' '#'; echo

#: ulimit
ulimit -n 100; ulimit -n; ulimit -Hn; su daemon -s /bin/sh -c 'ulimit -n 200'; echo $?
(ulimit -f 1; dd if=/dev/zero of=a bs=1k count=10 2>/dev/null; echo $?; stat -c %s a)
(ulimit -c 0; ulimit -c); (ulimit -s 1024; ulimit -s)
(ulimit -n 8; exec 7>/dev/null; echo $?; exec 9>/dev/null); echo $?
(ulimit -v 20000; awk 'BEGIN { s = "x"; while (1) s = s s }' 2>/dev/null; echo $?)

#: traps
sh -c 'trap "echo term" TERM; trap "echo usr" USR1; kill -USR1 $$; kill $$; echo after'
sh -c 'trap "echo bye" EXIT; exit 3'; echo $?; sh -c 'trap "" INT; kill -INT $$; echo ignored'
sh -c 'trap "echo a" INT; trap - INT; trap; kill -INT $$; echo no'; echo $?
sh -c 'trap "echo child" CHLD; true & wait; true'; trap 'echo x' USR1 USR2; trap; trap - USR1 USR2

#: a signal ends wait
trap 'echo got' USR1; sleep 1000 & s=$!; (within asleep $$; kill -USR1 $$) & wait $s; echo $?
kill $s

#: pipes: statuses, SIGPIPE, pipefail
false | true; echo $?; true | false; echo $?; set -o pipefail; false | true; echo $?
yes | head -n 1; echo $?; set +o pipefail; yes 2>&1 | head -n 1
(trap '' PIPE; yes 2>&1 >&3 | head -n 1) 3>&1 | head -n 1; seq 100000 | head -n 1

#: a pipeline of twenty
p='cat'; for i in $(seq 19); do p="$p | cat"; done; echo through | sh -c "$p"
seq 2000 | sh -c "$p" | md5sum

#: exec
sh -c 'exec echo replaced; echo no'; sh -c 'exec no-such; echo no'; echo $?; exec 3>f
echo into >&3; exec 3>&-; cat f; (exec >g; echo all); cat g; exec 4<f; read line <&4; echo $line
exec 4<&-; (exec 2>&1; echo to error >&2) | cat

#: #! scripts
printf '#!/bin/sh -e\necho "$0" "$@"; false; echo no\n' >a; chmod 755 a; ./a x; echo $?
printf '#!/no/such\n' >b; chmod 755 b; ./b; echo $?; printf '#!%s/a y\n' $PWD >c; chmod 755 c
./c z | sed "s,$PWD,HERE,g"; printf 'echo no line\n' >d; chmod 755 d; ./d; : >e; chmod 755 e; ./e
echo $?; printf '#!/bin/busybox awk\n' >f; chmod 755 f; ./f; echo $?
printf '#!/bin/sed -f\ns/a/b/\n' >g; chmod 755 g; echo aa | ./g; printf '#!%s/h\n' $PWD >h
chmod 755 h; ./h 2>&1 | cut -d: -f3-; echo $?; chmod 600 a; ./a; echo $?

#: /proc/self
cat /proc/self/comm; tr '\0' ' ' </proc/self/cmdline; echo
readlink /proc/self/exe | grep -o busybox; env -i A=1 cat /proc/self/environ | tr '\0' '\n'
[ $(readlink /proc/self/cwd) = $PWD ] && echo here; readlink /proc/self/root
ls /proc/self/fd | head -n 3; awk '{ print NF }' /proc/self/stat
awk '{ print NF }' /proc/self/statm; grep -c '^Pid:' /proc/self/status
grep -E '^(Name|State|Umask|Uid|Gid|Threads)' /proc/self/status
head -n 2 /proc/self/limits | cut -c 1-60
grep -c 'r.x' /proc/self/maps | awk '{ print ($1 > 0) }'

#: /proc/PID of others
sleep 1000 & p=$!; within is $p sleep; within asleep $p; cat /proc/$p/comm
tr '\0' ' ' </proc/$p/cmdline; echo; awk '{ print $2, $3 }' /proc/$p/stat
[ "$(awk '{ print $4 }' /proc/$p/stat)" = $$ ] && echo mine; ls /proc/$p/task | sed "s/$p/PID/"
grep -o '^PPid' /proc/$p/status; kill $p; wait $p 2>/dev/null; [ ! -e /proc/$p ] && echo gone
su daemon -s /bin/sh -c "cat /proc/$$/environ; ls /proc/$$/fd; cat /proc/$$/comm" 2>&1 |
    sed "s/$$/PID/"

#: /proc of the machine
for f in version uptime loadavg stat meminfo cpuinfo filesystems mounts devices interrupts
do [ -s /proc/$f ] || [ -n "$(head -c 1 /proc/$f)" ] && echo $f; done
cut -d' ' -f1-2 /proc/version; grep -c '^processor' /proc/cpuinfo | awk '{ print ($1 > 0) }'
grep 'nodev.tmpfs' /proc/filesystems; awk '/^cpu /{ print NF }' /proc/stat
awk '{ print NF }' /proc/loadavg /proc/uptime
grep -E '^(MemTotal|MemFree|MemAvailable|SwapTotal)' /proc/meminfo |
    awk '{ print $1, $3, ($2 > 0) }'

#: sysctl
sysctl -n kernel.ostype; sysctl kernel.ngroups_max 2>/dev/null | cut -d' ' -f1
sysctl -n kernel.hostname; sysctl no.such; echo $?; sysctl -n fs.pipe-max-size; sysctl -e no.such
echo $?; sysctl -n kernel.pid_max | awk '{ print ($1 >= 32768) }'

#: hostname, uname, hostid
hostname limen; hostname; cat /proc/sys/kernel/hostname; uname -n; uname -s -m; uname -o
hostname -s; hostname a.b.c; hostname; hostname limen; arch; linux64 uname -m

#: tty, who, w, last, mesg
tty; echo $?; who; w | tail -n +2; stty; echo $?; test -t 1; echo $?

#: stty on a pseudo-terminal
stty -F /dev/ptmx | head -n 2; stty -F /dev/ptmx -a | tail -n +2; stty -F /dev/ptmx raw; echo $?
stty -F /dev/null; echo $?; stty -F missing; echo $?; stty -F /dev/ptmx -g | tr -d '0-9a-f'
stty -F /dev/ptmx nonsense; echo $?; stty -F /dev/ptmx rows 30 cols 90; echo $?; exec 3<>/dev/ptmx
stty rows 40 cols 100 <&3; stty size <&3; stty -echo intr ^A <&3
stty -a <&3 | grep -o -e 'intr = ^A' -e '-echo '

#: cttyhack, openvt and others without a console
cttyhack echo ran </dev/null; setsid cat /dev/tty; echo $?; clear | od -c | head -n 2
reset | od -c | head -n 1; TERM=linux clear | wc -c

#: crontab
echo '1 2 * * * true' >t; mkdir spool; crontab -c spool t; crontab -c spool -l; ls spool
crontab -c spool -r; crontab -c spool -l; echo $?

#: mkpasswd and passwd
mkpasswd -m sha512 -S saltsalt secret; mkpasswd -m md5 -S saltsalt secret
mkpasswd -m sha256 -S saltsalt secret; echo secret | mkpasswd -S ab -m des -P 0

#: modules, swap, devices that are not there
swapon missing; echo $?; freeramdisk missing; echo $?; blockdev --getsz missing; echo $?
losetup missing; echo $?; hwclock -f missing; echo $?; blockdev --getsz /data/poem; echo $?
insmod missing.ko; echo $?

#: usleep, sleep with units
usleep 1; echo $?; sleep 0.001s; echo $?; sleep 0 0.001; echo $?; sleep 1x; echo $?; usleep x
echo $?

#: a hundred processes
for i in $(seq 100); do (exit $((i % 3))) & done; wait; for i in $(seq 100)
do echo $i & done | wc -l; i=0; while [ $i -lt 100 ]; do : $(echo $i); i=$((i + 1)); done; echo $i

#: orphans
sh -c '(while [ -e /proc/$$ ]; do usleep 1000; done; echo alone >out) & exit 0'
within grep -qs alone out; cat out

#: /dev
echo x >/dev/null; head -c 3 /dev/zero | od -An -c; echo x >/dev/full; echo $?
[ "$(head -c 8 /dev/urandom | od -An -x)" != "$(head -c 8 /dev/urandom | od -An -x)" ] &&
    echo random
cat /dev/null; dd if=/dev/random bs=16 count=1 2>/dev/null | wc -c; (: >/dev/tty); echo $?
cat </dev/full | head -c 2 | od -An -c; echo entropy >/dev/urandom; echo $?

#: fifos between many
mkfifo a b; (while read -r line; do echo "<$line>"; done <a >b) & seq 5 >a & cat b; wait
exec 3<>a; for i in 1 2 3 4; do echo $i >a & done; head -n 4 <&3 | sort; wait; exec 3>&-
timeout 1 cat a; echo $?

#: busybox by its own name
busybox echo one two '  three'; busybox cat missing; echo $?; busybox no-such; echo $?
busybox | head -n 1 | cut -d' ' -f1; busybox --list | wc -l
busybox yes | busybox head -1000 | busybox wc; /bin/busybox sh -c 'busybox true; echo $?'
ln -s /bin/busybox wc; ./wc </data/poem; ln -s /bin/busybox other; ./other; echo $?
busybox which busybox
