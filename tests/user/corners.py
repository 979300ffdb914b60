"""Corners of the shell's language, as in snippets.py: what seldom stands together. dash answers them."""

CORNERS = [
    "for i in 1 2; do (break; echo x); done; echo $i; for i in 1 2; do (continue; echo y) ; echo z; done",
    "for i in 1 2; do f() { break; }; f; echo no; done; echo $i",
    "f() { echo a; return; echo b; } ; f; (return 3; echo no); echo $?",
    "x=abc; case $x in ?b?) echo y;; esac; case \\? in \\?) echo q;; esac; case 'a b' in a\\ b) echo sp;; esac",
    "echo ${x-'a b'} \"${x-'a b'}\" ${x-\"a b\"} ${x-a\\ b} \"${x-a\\ b}\"",
    "x='  a  '; echo [$x] [\"$x\"] ; set -- $x; echo $#; y=$x; echo [$y] \"[$y]\"",
    "set -- 'a b' c; x=$*; y=$@; echo \"$x|$y\"; IFS=-; x=$*; echo \"$x\"; x=\"$*\"; echo \"$x\"",
    "set -- a '' b; for i in $@; do echo [$i]; done; for i in \"$@\"; do echo [$i]; done; echo $#",
    "IFS=:; set -- a:b c; for i in $*; do echo [$i]; done; for i in $@; do echo [$i]; done; x=a:b; set -- $x; "
    "echo $#",
    "x='a:b c'; IFS=' :'; for i in $x; do echo [$i]; done; IFS=': '; x=' :a'; for i in $x; do echo [$i]; done",
    "set -- $(printf 'a b\\nc'); echo $#; set -- \"$(printf 'a b\\nc')\"; echo $#",
    "echo a{b,c}d $'x' ~+ [a b] {1..3}",
    "cat <<E\n${x-'q'} \"${x-\"d\"}\" $(echo \"$(echo 'in')\") `echo \\`echo b\\``\nE",
    "cat <<E\n\\a \\\\b \\$c \\`d \\\"e 'f'\nE",
    "x=1; cat <<'E'\n$x\nE\ncat << E\n$x\nE\ncat <<  \"E F\"\n$x\nE F",
    "echo one; cat <<E; echo two\nbody\nE\necho three",
    "f() { x=$1; echo $x; }; x=0; f 1 | cat; echo $x; f 2 >f; cat f; echo $x",
    "trap 'echo exit' 0; (echo sub); echo main; $(true); f() { exit 3; }; f",
    "trap 'echo $?; false' EXIT; true",
    "trap 'exit 4' EXIT; exit 2",
    "trap 'echo HUP' HUP; (kill -HUP $$); echo main; sh -c 'kill -HUP $PPID'; echo main2",
    "set -e; f() { return 1; }; if f; then :; else echo else; fi; f || true; ! f; echo on; f; echo off",
    "set -e; echo $(false) ok; x=1 false || echo caught; y=$(true); (false) || echo sub; false | true; "
    "echo end; eval false; echo no",
    "set -e; trap 'echo T' EXIT; f() { false; }; f; echo no",
    "set -e; while :; do false && :; break; done; case a in a) false;; esac; echo no",
    "set -u; unset x; (echo ${x:-d}); (echo $x); echo $?; echo ${#x}; echo no",
    "set -x; x=1; echo $x 'a b'; for i in 1; do :; done; [ a = a ]; f() { echo in; }; f 2>/dev/null",
    "readonly r=1; r=2 env | grep -c r=; echo no",
    "export x=1; (unset x; env | grep '^x='; echo $?); env | head -n 100 | wc -l >/dev/null; x= env | grep '^x='",
    "unset -f nosuch; echo $?; unset nosuch; echo $?; unset -v PATH; echo x; ls",
    "cd /tmp; cd ..; pwd; cd ./tmp/../tmp; pwd; cd /; cd tmp/.; pwd; PWD=/nonsense; pwd",
    "mkdir -p a/b; ln -s a/b l; cd l; cd ..; ls; cd a; cd -P ../l; basename=${PWD##*/}; echo $basename",
    "echo $((  1 + 1 )) $((\n2\n)) $(( (1) )); echo $((1?2:3,4))",
    "x=5; echo $((x==5 ? x+1 : x-1)) $((x>3 && x<10)) $((x=x>3)) $x $((!x)) $((-x)) $((~x+1))",
    "x=010; echo $((x)) $((x+1)); x=0x; echo $((x))",
    "x=-5; echo $((x)) $((-x)) $((x*x)) $((3-x)) $((x<0)); x=' 7 '; echo $((x))",
    "a=1; echo $((a+=a+=2)) $a; echo $(((a=5)+a)) $((a&=6)) $((a|=8)) $((a^=1)) $((a>>=1)) $((a*=3)) $((a/=2)) "
    "$((a-=1))",
    "echo $((1 < 2 == 1)) $((1 | 2 ^ 3 & 4)) $((2 + 3 << 1)) $((10 - 2 - 3)) $((100 / 10 / 5)) $((2*3%4)) $((1 "
    "|| 0 && 0))",
    "getopts a: o -a; echo $? $o [$OPTARG]; OPTIND=1; getopts :a: o -a; echo $? $o $OPTARG; OPTIND=1; "
    "getopts ab o -ab; getopts ab o -ab; echo $o $OPTIND; getopts ab o -ab; echo $? $o",
    "while getopts ab: o -a -b x -b y z; do case $o in a) echo A;; b) echo B$OPTARG;; esac; done; echo $OPTIND",
    "printf '%s\\n' 'a b' c; printf '[%s] [%s]\\n' a; printf '%d\\n' ''; printf '%s%%\\n' 5; "
    "printf '%c%c\\n' ab c; printf '\\x41\\n'",
    "printf '%-10s|%10s|\\n' left right; printf '%.3d|%+.2f|% d\\n' 5 2.5 7; printf '%#x %#o\\n' 255 8; "
    "printf '%e\\n' 12345.678",
    "printf 'a\\0b' | wc -c; echo 'a\\0b' | wc -c; printf '%b' 'x\\0' | wc -c; "
    "printf '%s\\n' \"$(printf 'a\\nb\\n\\n')\"",
    "echo -n a b; echo; echo -nn x; echo -; echo '-n'; echo \"-n x\"; echo a -n",
    "read x y z <<E\n a  b   c d  \nE\necho \"[$x][$y][$z]\"; read -r x <<'E'\n a\\b \\\nE\necho \"[$x]\"; "
    "IFS= read x <<E\n  sp  \nE\necho \"[$x]\"",
    "printf 'a b\\nc d\\n' | while read x y; do echo $y $x; done; printf 'x\\n' | (read a; read b; "
    "echo \"$? [$a][$b]\")",
    "IFS=, read a b c <<E\n1,2,,3,\nE\necho \"[$a][$b][$c]\"; IFS=, read a b <<E\n1,\nE\necho \"[$a][$b]\"; "
    "IFS=', ' read a b <<E\n 1 , 2 , 3 \nE\necho \"[$a][$b]\"",
    "x=y; y=z; eval echo \\$$x; eval \"$x=new\"; echo $y; eval 'if true; then echo t; fi'; eval '' && echo empty",
    "command -v nosuch || echo none; command -v ls >/dev/null && echo found; command -V nosuch; echo $?; "
    "type -x 2>/dev/null; echo $?",
    "echo 'exit 7' >f; sh f; echo $?; . ./f; echo no",
    "echo 'echo $0 $# $*' >f; sh f a b; . ./f c d; set -- x; . ./f; sh -s p q <f; sh -c 'echo $0 $*' n 1 2",
    "sh -e -c 'false; echo no'; echo $?; sh -c 'echo $-' ; sh -eu -c 'echo $-'; sh -o noglob -c 'echo *'; "
    "sh +e -c 'echo k'; sh -q -c x; echo $?",
    "sh -n -c 'echo no'; echo 'if' | sh -n; echo $?; sh -x -c 'echo traced' 2>&1; sh -v -c 'echo v' 2>&1",
    "echo a;\necho b &&\necho c ||\n\necho d |\n\ncat; { echo e\n}; (echo f\n)",
    "if true; then echo a; fi | cat; for i in a b; do echo $i; done | cat; while read x; do echo $x; "
    "done <<E | cat\n1\nE",
    "case a in a) echo 1 ;; b) echo 2 ;; esac | cat; { echo x; } | { cat; }; (echo y) | (cat)",
    "f() { echo $1; }; f a & wait; f b | f c; f d && f e || f g; ! f h; echo $?; f i; echo $?",
    "! true | false; echo $?; ! false | true; echo $?; true | ! false 2>/dev/null; echo $?",
    "echo \"a\n$(echo b\n)c\"; echo \"`echo x\n`y\"",
    "x=\"$(echo '\"')\"; echo $x; echo \"$(echo \"'\")\" '$(echo no)'",
    "echo $(echo \\$x) `echo \\$x` \"`echo \\\\$HOME`\"",
    "set -- \"$@\" a; set -- \"$@\" 'b c'; echo $#; set -- \"${@}\" d; for i; do echo \"[$i]\"; done; "
    "echo \"${1}\" \"$2\"",
    "set a b; set -e -u c; echo $1 $- ; set -- ; echo $#; set +eu; set -f d; echo $1",
    "umask 077; (umask 0; umask); umask; umask -S u=rw; umask; umask +x; umask; umask g-w,o+r; umask",
    ">a; >b; set -- *; echo $#; rm a b; set -- *; echo $1; echo \"*\" '*' \\*; x=*; echo $x",
    ">.a; >b; mkdir c; >c/.d; >c/e; echo *; echo .?; echo c/* c/.?; echo */; echo ./*; echo */e; echo c//e c//*",
    "mkdir -p x/y; >x/y/z; echo */*/* x/*/z */y/?; cd x; echo ../*; echo ../x/*",
    ">'a b'; >'a\\b'; >'a*b'; for f in a*b; do echo \"$f\"; done; for f in a\\*b; do echo \"$f\"; done; "
    "for f in 'a b'*; do echo \"$f\"; done",
    "x='[ab]'; >a; >b; >'[ab]'; echo $x \"$x\" [ab] '[ab]' \\[ab]; rm a b; echo $x",
    "alias g='echo hello'; g 2>/dev/null; echo $?\ng world\nalias 'x-y=echo dash'\nx-y z\nunalias -a; alias",
    "alias f='for i in 1 2; do'\nf echo $i; done\nalias p='echo p |'\np cat\nalias c='# '\nc not run\necho end",
    "wait 1 2>/dev/null; echo $?; wait -x 2>/dev/null; echo $?; (sleep 0.1; exit 9) & wait; echo $?",
    "kill -TERM -$$ 2>/dev/null; trap '' TERM; kill -s TERM $$; kill -15 $$; kill -SIGTERM $$; echo alive",
    "times >/dev/null; echo $?; ulimit -c 0; ulimit -c; ulimit -f 100; ulimit -f; "
    "ulimit -v unlimited; echo $?",
    "true; echo $_nosuch $?; : ${x:=5} ${y=6}; echo $x$y; : $((z=7)); echo $z; echo ${x}${y:+s}",
    "exec 5>&1; exec >f; echo in; exec >&5 5>&-; echo out; cat f; exec 3<f 4<&3 3<&-; cat <&4",
    "{ echo a >&3; } 3>f; cat f; { { echo b >&4; } 4>&1 >/dev/null; }; ls nosuch 2>&1 >/dev/null | wc -l; "
    "echo c 2>f 1>&2; cat f",
    "cat <f >g; echo $?; echo x >a >b; cat a b; >c <b; ls; echo $(<b)",
    "echo ${x:+a}${x:-b}c; x=1; echo ${x:+a b} \"${x:+a  b}\" ${x:+\"a  b\"}; echo ${x:+$x$x}${y:-$x}",
    "x=aaa/bbb/ccc; echo ${x%/*} ${x%%/*} ${x#*/} ${x##*/} ${x%ccc} ${x%xxx} ${x#\"aaa\"} ${x#a*a} ${x##a*a} "
    "${x%[a-c]} ${x%%[!/]*}",
    "x='a*b'; echo \"${x%\\**}\" \"${x%'*'*}\" ${x#*\\*}; y='*'; echo \"${x%\"$y\"*}\" \"${x#$y}\"",
    "x=$(cat <<'E'\nit's \"q\" $(no) `no`\nE\n); echo \"$x\"",
    "LINENO=5; echo \"$LINENO\" | wc -l; echo $LINENO | wc -w\necho a\nf() {\n false\n}\n",
    "test -t 0; echo $?; test -p /dev/stdin; echo $?; [ -c /dev/null ]; echo $?; [ -b /dev/null ]; echo $?; "
    "[ -x / ]; echo $?; [ -n '' -o -n a ]; echo $?; [ a -a '' ]; echo $?",
    "[ ! -f x ]; echo $?; [ ! a = a ]; echo $?; [ ! ! a ]; echo $?; [ '!' ]; echo $?; [ -f ]; echo $?; "
    "[ '(' a ')' ]; echo $?; [ -a ]; echo $?",
    "[ 1 -lt 2 -a 3 -gt 2 ]; echo $?; [ 1 = 1 -a ! 2 = 3 ]; echo $?; [ ' 5 ' -eq 5 ]; echo $?; [ 5a -eq 5 ]; "
    "echo $?; [ '' -eq 0 ]; echo $?; [ -5 -lt 3 ]; echo $?; [ + -eq 0 ]; echo $?",
    "local x 2>/dev/null; echo $?; f() { local a=1 b; b=2; echo $a$b; local a; echo [$a]; }; a=9; f; echo $a [$b]",
    "f() { local x; x=2; unset x; echo [$x]; }; x=1; f; echo $x; g() { local IFS=:; set -- a:b; echo $1; "
    "set -- $1; echo $#; }; g; x='a:b'; set -- $x; echo $#",
    "f() { return 300; }; f; echo $?; (exit 256); echo $?; (exit 511); echo $?; f() { return $1; }; f 0; "
    "echo $?; f 7; echo $?",
    "x=1; x=2 f=3 sh -c 'echo $x$f'; echo $x$f; f() { x=9; }; x=5 f; echo $x; x=7 command :; echo $x; "
    "x=8 command export y=1; echo $x",
    "if ! command -v nosuch >/dev/null 2>&1; then echo no; fi; if nosuch 2>/dev/null; then :; else echo $?; "
    "fi; nosuch 2>/dev/null || echo $?; nosuch 2>f; wc -l <f",
    "hash; echo $?; uname >/dev/null; hash | wc -l; hash -r; hash; echo $?",
    "hash cat; hash | wc -l; hash nosuch; echo $?; hash cd; echo $?; hash ./nosuch; echo $?; f() { :; }; "
    "hash f; echo $?; hash -- cat; echo $?",
    "hash cat uname; hash | wc -l; PATH=$PATH; hash | wc -l; uname >/dev/null; unset PATH; hash | wc -l",
    "mkdir a b; echo 'echo a' >a/prog; chmod +x a/prog; PATH=$PWD/a:$PWD/b:$PATH; prog; mv a/prog b/prog; "
    "prog; echo $?; rm b/prog; prog; echo $?",
    "PATH=/nosuch uname; echo $?; hash; mkdir x; echo 'echo x' >x/p; chmod +x x/p; PATH=$PWD/x:$PATH p; p; "
    "echo $?",
    "mkdir x; echo 'echo 1' >x/p; chmod +x x/p; PATH=x:$PATH; p; mkdir y; mkdir y/x; echo 'echo 2' >y/x/p; "
    "chmod +x y/x/p; cd y; p",
    "f() { local PATH=/nosuch; uname; }; uname >/dev/null; f; echo $?; uname >/dev/null; echo $?",
    "hash -z; echo $?",
    "exec uname >/dev/null",
]
