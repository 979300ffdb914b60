# Text: what passes through a pipe and comes out otherwise.

#: awk fields and patterns
awk -F: '$2 > 1 { print NR, NF, $1, $NF }' /data/table; awk '/blue/,/sweet/' /data/poem
awk 'END { print NR, $0 }' /data/poem; awk 'NR % 2 { next } { print }' /data/poem

#: awk arrays, functions, printf
awk 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) }
BEGIN {
    for (i = 0; i < 15; i++) printf "%d ", f(i)
    print ""; a["x"] = 1; a["y", 2] = 3; for (k in a) n++
    print n, ("x" in a), length(a); delete a["x"]; print length(a)
    printf "%5.2f|%-6s|%06d|%x|%c|%e\n", 3.14159, "ab", 42, 255, 65, 12345.678
}'

#: awk strings
awk 'BEGIN {
    s = "hello world"; print substr(s, 3, 4), index(s, "wor"), length(s), toupper(s)
    n = split("a:b:c", p, ":"); print n, p[3]; gsub(/o/, "0", s); print s
    print match(s, /w.*/), RSTART, RLENGTH; sub(/^h/, "[&]", s); print s
    print sprintf("%03d", 7) tolower("ABC")
}'

#: awk reads, writes and runs
awk 'BEGIN {
    while ((getline line <"/data/poem") > 0) n++
    print n; "echo from a command" | getline x; print x; print "b\na" | "sort"; close("sort")
    print "into a file" >"out"; close("out"); getline y <"out"; print y; exit system("exit 3")
}'
echo $?

#: awk -v, -f, ENVIRON, ARGV
echo '{ print v, $1; print ENVIRON["E"] }' >p; echo in | E=env awk -v v=var -f p
awk 'BEGIN { for (i = 0; i < ARGC; i++) print i, ARGV[i] }' a b=c
awk '{ print FILENAME, FNR }' /data/poem /data/table | uniq -c | head -n 3
awk 'BEGIN { print 1 / 0 }'; echo $?; awk '{'; echo $?

#: awk as a table
awk -F: -v OFS=, '{ $1 = $1; sum += $2 } 1; END { print sum }' /data/table
awk '{ count[$1 % 7]++ } END { for (i = 0; i < 7; i++) print i, count[i] }' /data/numbers

#: sed s, y, d, p
sed 's/are/ARE/; y/abc/xyz/' /data/poem; sed -n '2,3p' /data/poem; sed '/red/d; $d' /data/poem
sed 's/\([a-z]*\) \(.*\)/\2 \1/' /data/poem; sed -E 's/(o+)/<\1>/g; s/e/E/2' /data/poem
sed 's,/,|,g; s/x/&&/I' /data/table

#: sed a, i, c, r, w, =
sed -e '1a\' -e 'after one' -e '2i\' -e 'before two' -e '3c\' -e 'instead of three' /data/poem
sed -n '/o/w out' /data/poem; cat out; sed '1r out' /data/table; sed -n '$=' /data/poem
sed = /data/table | sed 'N; s/\n/ /'

#: sed with hold space and branches
sed -n '1!G;h;$p' /data/poem; sed ':a;N;$!ba;s/\n/+/g' /data/poem
sed '$!N;P;D' /data/poem | tail -n 1; echo aaa | sed ':l;s/a/b/;tl'; sed 'n;d' /data/poem
sed 2q /data/poem; sed '/violets/{s/blue/grey/;q}' /data/poem

#: sed -i, -s, -f
cp /data/poem a; cp /data/poem b; sed -i 's/are/were/' a b; cat a; cmp a b; sed -i.bak 1d a
wc -l a a.bak; echo 's/o/0/g' >script; sed -f script a; sed 's/x' a; echo $?; sed p missing
echo $?

#: grep and its letters
cd /data; grep are poem; grep -v are poem; grep -i ROSES poem; grep -c e poem
grep -n -e red -e blue poem; grep -l are poem table; grep -L are poem table; grep -w so poem
grep -x 'so' poem; echo $?; grep -o 'e[a-z]' poem; grep -q red poem; echo $?; grep -m 1 are poem
grep -h are poem poem; grep -H red poem

#: grep -A, -B, -C, -r
cd /data; grep -A 1 red poem; grep -B 1 so poem; grep -C 1 blue poem; grep -r 1 sub
grep -rl busybox sub; grep 1 sub; grep x missing; echo $?; grep -s x missing; echo $?

#: grep -E, -F, -f
printf 'a.b\na+b\naab\n[x]\n' >g; grep 'a.b' g; grep -F 'a.b' g; grep -E 'a+b' g
egrep '^(a|\[)' g; fgrep '[x]' g; printf 'x\n+\n' >pats; grep -F -f pats g; grep '[[:punct:]]' g
grep -E 'a{2}' g; grep '\(a\)\1' g; grep '[' g; echo $?

#: sort and its letters
sort -r /data/table; sort -n /data/numbers | head -n 4; sort -nr /data/numbers | head -n 2
printf 'b 2\na 10\nc 1\n' | sort -k2; printf 'b 2\na 10\nc 1\n' | sort -k2n
sort -t: -k2,2n /data/table; printf 'a\nb\na\n' | sort -u; printf 'B\na\nC\n' | sort -f
sort -c /data/poem; echo $?; printf 'Feb\nJan\nDec\n' | sort -M; sort -o out /data/poem
head -n 1 out; printf 'b\0a\0' | sort -z | tr '\0' '\n'

#: sort -s, -k of several, version
printf 'b 1\na 1\nb 0\n' | sort -k1,1 -s; printf 'b 1\na 1\nb 0\n' | sort -k2,2n -k1,1r
printf 'f-10\nf-9\nf-1\n' | sort -V; printf ' b\na\n' | sort -b; printf 'a-b\nab\n' | sort -d

#: uniq and its letters
printf 'a\na\nb\nA\na\n' >u; uniq u; uniq -c u; uniq -d u; uniq -u u; uniq -i u
printf 'x 1\ny 1\n' | uniq -f 1; printf 'xa\nya\n' | uniq -s 1; uniq u out; cat out

#: cut
cut -c 1-3,7- /data/poem; cut -d: -f2- /data/table; cut -d: -f1 -s /data/table /data/poem
cut -b 2 /data/table; echo a:b:c | cut -d: -f3,1; cut -f1 /data/poem | head -n 1

#: paste
seq 3 >a; seq 4 6 >b; paste a b; paste -d, a b; paste -s a; paste -s -d+ a b; seq 6 | paste - - -
paste -d '\n' a b

#: tr
echo 'Hello World' | tr a-z A-Z; echo hello | tr -d l; echo 'a  b   c' | tr -s ' '
echo hello | tr -c 'a-y\n' _; echo abc | tr abc '[x*]'; printf 'a\tb\n' | tr '\t' ' '
echo 'a1b2' | tr -cd '[:digit:]'; echo; echo ab | tr '\141\142' '\060\061'

#: fold, expand, unexpand
echo 'the quick brown fox jumps' | fold -w 10; echo 'the quick brown fox jumps' | fold -s -w 10
printf 'a\tbc\td\n' | expand -t 4; printf 'a\tb\n' | expand -i
printf '        x       y\n' | unexpand; printf '    x    y\n' | unexpand -a -t 4 | od -c

#: od
printf 'Limen\n\001\377' >a; od a; od -c a; od -An -tx1 a; od -A d -t o2 a; od -t d4 a; od -x a
od -j 2 -N 3 -c a; od -b a; dd if=/dev/zero bs=64 count=1 2>/dev/null | od -v -x | wc -l
dd if=/dev/zero bs=64 count=1 2>/dev/null | od -x

#: hexdump
printf 'Limen, a threshold\n' >a; hexdump a; hexdump -C a; hexdump -e '4/1 "%02x " "\n"' a
hexdump -n 4 -s 2 -c a; hd=$(hexdump -v -e '/1 "%d,"' a); echo $hd; hexdump -o a; hexdump -d a

#: xxd
printf 'Limen, a threshold\n' >a; xxd a; xxd -p a; xxd -l 5 -s 3 a; xxd -g 1 -c 8 a
xxd -p a | xxd -r -p

#: strings
printf 'ab\0abcd\001abcdef\n\377xyzzy' >a; strings a; strings -n 6 a; strings -t x a; strings -o a
strings -f a

#: cksum, crc32 and the sums
for sum in crc32 md5sum sha1sum sha256sum sha3sum sha512sum
do $sum /data/poem /data/big; $sum </data/table; done

#: sums checked
cd /data; for sum in md5sum sha1sum sha256sum sha3sum sha512sum
do $sum poem table |
    sed '2s/^./z/' >/tmp/sums; $sum -c /tmp/sums; echo $?; $sum -s -c /tmp/sums; echo $?; done
rm /tmp/sums

#: base64
base64 /data/poem; base64 -w 20 /data/table; base64 -w 0 /data/table; echo
base64 /data/big | base64 -d | cmp - /data/big; echo '!!!' | base64 -d; echo $?

#: uuencode and uudecode
uuencode /data/poem out >u; cat u; uudecode u; cmp out /data/poem
uuencode -m /data/table t | uudecode -o -; echo nonsense | uudecode; echo $?

#: diff
printf '1\n2\n3\n4\n5\n' >a; printf '1\n2\nthree\n4\n5\n6\n' >b; diff a b | sed 's/\t.*//'
echo $?; diff -U 1 a b | tail -n +3; diff -q a b; diff a a; echo $?; printf 'A \n' >c
printf 'a\n' >d; diff -i -b c d; echo $?; diff -u -L left -L right a b; diff a missing; echo $?

#: diff -r, -N
mkdir x y; echo 1 >x/same; cp x/same y; echo 2 >x/other; echo 3 >y/other; echo 4 >x/only
mkdir y/sub; diff -r x y | sed 's/\t.*//'; diff -rq x y; diff -rN x y | sed 's/\t.*//'

#: patch
printf '1\n2\n3\n4\n5\n' >a; sed 's/3/three/' a >b; diff -u a b >p; cp a c; patch c p; cmp b c
echo $?; patch -R c p; cmp a c; echo $?; patch -p0 --dry-run a p; sed 's/3/other/' a >d; patch d p
echo $?; ls; mkdir e; echo new >e/f; diff -uN nothing e/f >q; rm -r e; patch -p0 <q; echo $?

#: ed
cp /data/poem a; printf '2\n1,2p\ns/blue/grey/\n2a\nadded\n.\n3d\n$p\n=\nw\nq\n' | ed a; cat a
printf '/so\n?roses\n2,$w b\n1r b\n=\nq\nq\n' | ed a; echo $?; wc b; ed missing </dev/null
echo $?

#: vi moves, changes, undoes
# Without LINES and COLUMNS vi asks the terminal how large it is, and waits 0.1 s for the answer.
# It writes over what was in the file, and cat sends a pipe the file's own pages: what is read from
# it late is what vi wrote later.
type() { printf "$@" | LINES=24 COLUMNS=80 vi $file >/dev/null; cat $file | cat; }
cp /data/poem a; file=a; type 'ddp:wq\n'; type '/sugar\ndw:s/sweet/salty/\n:wq\n'
type 'Gyy3pggxxu:x\n'; type 'dGu1GJ:wq\n'; type 'wmajdd`a~:wq\n'; type 'fsr5:wq\n'
type '"ayy"aP2G>>.:wq\n'; type 'wD3GYkP:wq\n'; type 'ddx:q!\n'

#: vi's commands of ex
type() { printf "$@" | LINES=24 COLUMNS=80 vi $file >/dev/null; cat $file | cat; }
seq 5 >a; file=a; type ':2,3d\n:1r /data/table\n:w b\n:q!\n'; file=b; type ':%%s/:/=/g\n:wq\n'
file=new; type ':r b\n:wq\n'; file=b; type 'x:q\n:q!\n'; type ':!touch ran\n\n:q\n'; ls

#: head and tail
seq 100 >a; head a; head -n 2 a; head -c 5 a; echo; head -n -97 a; tail a; tail -n 2 a
tail -n +98 a; tail -c 4 a; head -n 1 a /data/poem; tail -n 1 a /data/poem; head -q -n 1 a a
tail -c +285 a; head missing; echo $?; seq 5 | tail -n 1; head -n 1 -v a

#: tee
seq 3 | tee a b; cat a b; echo more | tee -a a >/dev/null; cat a
echo x | tee /dev/full >/dev/null; echo $?; echo x | tee missing/f; echo $?

#: wc
wc /data/poem; wc -l /data/poem /data/table; wc -w </data/poem; wc -c </data/big; wc -L /data/poem
printf 'no newline' | wc; printf 'ü' | wc -m; wc missing; echo $?; wc </dev/null

#: nl, rev, tac, cat -A
nl /data/table; nl -b a -w 3 -s '. ' /data/poem; rev /data/table; tac /data/poem
printf 'a\tb\001\n\n\nc\377\n' >a; cat -A a; cat -e a; cat -t a; cat -n a; cat -b a
cat - a </dev/null | wc -l

#: dos2unix and unix2dos
printf 'a\r\nb\r\n' >a; dos2unix a; od -c a; unix2dos a; od -c a; printf 'x\n' | unix2dos | od -c
dos2unix missing; echo $?

#: printf
printf '%s %5s %-5s|\n' a b c; printf '%d %i %o %x %X %u\n' 10 -3 8 255 255 7
printf '%05.1f %e %g\n' 3.14159 1234.5 0.0001; printf '\101\x42\t%%\n'; printf '%b\n' 'a\nb'
printf '%c%c\n' hello world; printf '%s\n' 1 2 3; printf '%*d\n' 5 42; printf '%d\n' 0x10 010 "'A"
printf '%d\n' nonsense; echo $?; printf; echo $?; printf '%q\n' "it's"; echo $?

#: echo
echo -n a; echo; echo -e 'a\tb\\n\0101\c'; echo; echo -E 'a\tb'; echo -- x; echo -x
echo "  a   b "; echo 'a
b'

#: seq
seq 3; seq 2 4; seq 1 2 7; seq 5 -2 1; seq -s , 4; seq -w 8 11; seq 0 .5 2; seq 1 0

#: shuf
seq 10 | shuf | sort -n | paste -s; shuf -i 1-5 | wc -l; shuf -n 2 /data/poem | wc -l
shuf -e a b c | sort; shuf -n 0 /data/poem

#: expr
expr 2 + 3 \* 4; expr \( 2 + 3 \) \* 4; expr 17 / 5; expr 17 % 5; expr 3 - 10
expr abc : 'a\(.\)c'; expr abcdef : '.*'; expr length hello; expr substr hello 2 3
expr index hello l; expr 1 '<' 2; expr b '>' a; expr '' \| x; expr 0 \& 1; echo $?; expr 1 / 0
echo $?; expr; echo $?

#: bc
echo '2^100; scale=10; 22/7; sqrt(2)' | bc
echo 'define f(n) { if (n < 2) return 1; return n * f(n - 1); }
f(20)' | bc; echo 'obase=16; 255; ibase=16
FF' | bc; echo 'for (i = 0; i < 3; i++) i*i' | bc; echo 's(1); e(1)
4*a(1)' | bc -l; echo '1/0' | bc; echo $?

#: dc
dc -e '2 3 ^ p' -e '10 k 1 3 / p'; echo '16 o 255 p' | dc; echo '1 2 3 f' | dc
echo '[la1+dsa10>b]sb0sa lbx la p' | dc; echo '2 v p 7 3 % p 7 3 ~ f' | dc; echo p | dc; echo $?

#: factor and primes
factor 1 2 97 1001 18446744073709551615; echo 60 | factor

#: xargs
seq 10 | xargs -n 3; echo 'a b c' | xargs -n 1 echo x; printf 'a b\0c\0' | xargs -0 -n 1 echo
seq 3 | xargs -I {} echo '<{}>'; echo "'a b' c\\ d" | xargs -n 1; xargs -r echo no </dev/null
xargs echo yes </dev/null; seq 3 | xargs -t true; seq 3 | xargs false; echo $?
echo x | xargs no-such-command; echo $?; seq 1000 | xargs -s 500 echo | wc -l
echo x | xargs sh -c 'exit 255'; echo $?

#: xargs -P
seq 8 | xargs -n 1 -P 4 sh -c 'echo $((1000 + $1))' x | sort

#: getopt
getopt ab:c -a -b x -c y; getopt -o ab: -l long,with: -- -a --long --with=v rest; echo $?
getopt -o a -- -z; echo $?

#: cal
cal 2 2020; cal 9 1752; cal -y 2021 | head -n 10; cal -j 3 2020; cal 13 2020; echo $?

#: date
date -u -d '2020-02-29 12:34:56' '+%Y %y %m %d %H %M %S %j %u %w %a %A %b %B %e'
date -u -d '2020-02-29 12:34:56' '+%I %p %Z %z %s %D %T %F %R %n%t%%'
date -d @0; TZ=EST5EDT date -d @1600000000; TZ=CET-1CEST,M3.5.0,M10.5.0/3 date -d @1600000000
date -u -d '1999-12-31 23:59:59' +%s; date -d nonsense; echo $?; date -u -I -d @86400
date -R -d @86400; date -u -d 01020304 +%m%d%H%M; date -D '%d.%m.%Y' -d 24.12.2019 +%F
date -r /data/poem; date -u +%s | wc -c

#: ascii, ipcalc, which, yes
ascii | head -n 3; ipcalc -bnm 10.1.2.3/20; ipcalc -p 10.0.0.0 255.255.255.0; which cat sh no-such
echo $?; yes | head -n 2; yes a b | head -n 1

#: more and less into a pipe
more /data/poem | cat; less /data/poem | cat; less -N /data/table | cat; more missing; echo $?

#: UTF-8 passes through
printf 'grüße\n' >a; cat a; wc -c a; rev a | od -c; tr 'a-z' 'A-Z' <a; cut -c 1-2 a
sed 's/ü/ue/' a; grep -c ü a; awk '{ print length($0) }' a; fold -w 3 a; sort a; ls
printf '%s|%8s|\n' ü ü

#: awk counts
awk 'BEGIN { print 2 ** 40, int(-3.7), 7 % 3, -7 % 3, 1e300 * 1e300, substr("x", 0) }'
awk 'BEGIN { srand(1); x = rand(); srand(1); print (x == rand()), srand() }'
awk '{ sum += $1; n++ } END { printf "%d %.3f\n", sum, sum / n }' /data/numbers

#: long lines and many
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "x"; print "" }' >a; wc -c a; cut -c 19999- a
grep -c x a; sed 's/x//g' a | wc -c; fold -w 1000 a | wc -l; seq 3000 | sort -r | sort -n | md5sum
seq 3000 | awk '{ s += $1 } END { print s }'; seq 3000 | tac | tail -n 1
