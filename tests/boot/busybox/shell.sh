# The shell itself, busybox's ash: a language whose every line is system calls.

#: expansion
x=hello.tar.gz
echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.} ${#x} ${x:1:3} ${x/l/L} ${x//l/L}
echo ${y:-default} ${y:=set} $y ${x:+there}
echo ${z?gone}; echo no

#: quoting
a='one  two'; echo $a "$a" '$a' \$a; echo "a\"b\\c\`echo d\`"; printf '<%s>' "$a" $a; echo
echo $'tab\there'; echo "$(echo "nested $(echo "deep")")"; echo a"b"'c'\d

#: arithmetic
echo $((1 + 2 * 3)) $(((1 + 2) * 3)) $((7 / 2)) $((-7 % 3)) $((1 << 10)) $((0x1f))
echo $((010)) $((5 > 3 && 2 < 1)) $((x = 5, x * 2)) $((x++)) $x $((~0)) $((1 ? 2 : 3))
echo $((1 / 0)); echo no

#: loops and cases
for i in a b
do for j in 1 2 3; do [ $j = 2 ] && continue; [ $i$j = b3 ] && break 2; echo $i$j; done; done
i=0; until [ $i -ge 3 ]; do i=$((i + 1)); echo $i; done
for w in apple bat 12
do case $w in a*|A*) echo A;; [0-9]*) echo number;; ???) echo three;; esac; done

#: functions and local
f() { local x=in; echo $x $1 $#; x=changed; return 7; }; x=out; f a b; echo $? $x
g() { shift; echo "$@"; }; g 1 2 3; r() { [ $1 -gt 0 ] && { echo $1; r $(($1 - 1)); }; }; r 3
unset -f f; f; echo $?

#: here-documents
cat <<EOF; cat <<'EOF'; cat <<-EOF
$((1 + 1)) $HOME `echo x`
EOF
$HOME
EOF
	tab
	EOF
while read -r a b; do echo "$b $a"; done <<EOF
1 2
3 4 5
EOF
awk 'BEGIN { for (i = 0; i < 20000; i++) print "cat >/dev/null <<EOF\n" i "\nEOF" }' |
    head -n 30 | sh
echo $?
(echo 'wc -c <<EOF'; seq 30000; echo EOF) | sh

#: redirections
echo out; echo err >&2; { echo 1; echo 2 >&2; } >both 2>&1; cat both
(echo a; echo b >&2) 2>&1 >/dev/null | cat
exec 5>&1; echo five >&5; echo x >&9; echo $?; cat <missing; echo $?; echo rw 1<>f; cat f
echo >&-; echo $?; echo x >missing/y; echo $?

#: globs
touch a1 a2 b1 .h 'c d'; echo *; echo a?; echo [!a]*; echo .h*; echo *z; set -f; echo *; set +f
for f in *; do echo "<$f>"; done
echo [[:alpha:]]1; mkdir d; touch d/x; echo */*; echo ?\ ?

#: read
printf 'a b c\n d\\\ne\n' | while read x y; do echo "$x|$y"; done
echo a:b | (IFS=: read x y; echo $y $x)
printf 'no newline' | (read x; echo $? $x); echo abc | (read -n 2 x; echo $x); read x </dev/null
echo $?
printf 'a\\b\n' | (read -r x; echo "$x"); printf 'x,y' | (read -d , x; echo $x); read -t 0 x
echo $?
mkfifo p; exec 3<>p; read -t 0.01 x <&3; echo $?; echo line >&3; read -t 1000 x <&3; echo $? $x

#: set and its letters
set -- a 'b c' d; echo $# "$2"; shift 2; echo $1; (set -u; echo $undefined); echo $?
sh -e -c 'false; echo no'; echo $?
sh -x -c 'echo traced'; sh -n -c 'echo no'; sh -v -c 'echo v'; echo $-; set -o | head -n 3
sh -c 'echo $0 $1' name arg; sh -f -c 'echo *'; echo 'echo $1' | sh -s x

#: test
[ a = a ] && echo 1; [ a != b ] && echo 2; [ 3 -gt 2 -a 1 -lt 2 ] && echo 3
[ -z '' -o x ] && echo 4; [ ! -n '' ] && echo 5; [[ abc == a* ]] && echo 6
[ 1 -eq 01 ] && echo 7; [ '' ]; echo $?; [ x -eq 1 ]; echo $?; [ 1 -eq ]; echo $?; [ a; echo $?
test; echo $?; [[ abc =~ ^a.c$ ]] && echo 9

#: eval, command, type, alias, source
eval 'x=1; echo $x'; eval "echo \$x"; type cd no-such; command -v cd; command echo hi
command no-such; echo $?
alias ll='echo aliased'; alias ll; unalias ll; . /dev/null; echo 'y=sourced' >s; . ./s; echo $y
. ./missing; echo no

#: getopts
set -- -a -b value -c rest; while getopts ab:c opt; do echo $opt $OPTARG $OPTIND; done
shift $((OPTIND - 1)); echo $1
OPTIND=1; getopts x o -z; echo $? $o; OPTIND=1; getopts :x o -z; echo $o $OPTARG

#: errors of the language
sh -c 'if'; echo $?; sh -c 'echo "unended'; echo $?; sh -c ')'; echo $?; sh -c 'for x in'; echo $?
sh -c 'readonly r=1; r=2; echo no'; echo $?
sh -c '${bad'; echo $?; sh missing; echo $?; sh -c ''; echo $?; sh --nonsense; echo $?

#: cd, pwd and links
mkdir -p a/b; ln -s a/b l; cd l; pwd | grep -o 'l$'; pwd -P | grep -o 'a/b$'; cd ..; ls -d a
cd -P l; cd ..; ls; CDPATH=/data; cd sub | cat
cd missing; echo $?; cd /; cd ../..; pwd; cd //data; pwd; HOME=/data; cd; pwd; cd ~; pwd
echo ~root ~/x ~daemon; cd - | cat

#: times, RANDOM, LINENO, PPID
times | wc -l; [ "$RANDOM$RANDOM" != "$RANDOM$RANDOM" ] && echo random; echo $LINENO
echo ${PPID:+parent}
x=$(date +%s); [ $x -gt 1500000000 ] && echo now; [ $(($(date +%s) - x)) -ge 0 ] && echo later
sh -c '[ $PPID = $0 ] && echo mine' $$

#: subshells and variables
x=1; (x=2; echo $x); echo $x; { x=3; }; echo $x; echo 4 | read x; echo $x; export E=1
sh -c 'echo $E'; E=2 sh -c 'echo $E'; echo $E
unset E; sh -c 'echo ${E-unset}'; readonly R=1; (R=2); echo $?; x=$(exit 5); echo $?; ! false
echo $?; a=1 b=2; echo $a$b

#: jobs without a terminal
sleep 1000 & jobs | sed 's/\[1\].*sleep/[1] sleep/'; kill %1; wait %1 2>/dev/null; echo $?; fg
echo $?; bg; echo $?; sh -c 'sleep 0.01 & wait -n; echo $?'

#: a program: primes
n=2
while [ $n -lt 60 ]; do
    p=1 d=2
    while [ $((d * d)) -le $n ]; do [ $((n % d)) = 0 ] && { p=0; break; }; d=$((d + 1)); done
    [ $p = 1 ] && printf '%d ' $n
    n=$((n + 1))
done
echo

#: a program: words counted
cat /data/poem /data/poem | tr ' ' '\n' | sort | uniq -c | sort -k1,1nr -k2 |
    while read -r count word
do echo "$word: $count"; done | head -n 5

#: a program: a folder mirrored
mkdir a b; for i in 1 2 3; do echo $i >a/$i; done
mirror() {
    for f in "$1"/*; do n=${f##*/}; [ -e "$2/$n" ] || { cp -p "$f" "$2"; echo "new $n"; }; done
    for f in "$2"/*; do [ -e "$1/${f##*/}" ] || { rm "$f"; echo "gone ${f##*/}"; }; done
}
mirror a b; echo 4 >a/4; rm a/2; mirror a b; ls b; diff -r a b && echo same

#: a program: a queue of workers
mkfifo jobs; exec 3<>jobs; seq 20 >&3
worker() { while read -r n; do echo "$n $((n * n))"; done; }
: >out
worker <&3 >out & w=$!
until [ $(wc -l <out) = 20 ]; do usleep 1000; done
kill $w; sort -n out | tail -n 3
