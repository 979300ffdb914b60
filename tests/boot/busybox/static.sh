# Debian's other static programs, with four C libraries: glibc (bash, zsh, e2fsck), dietlibc, musl
# and klibc (mksh); klibc as an interpreter (klibc-utils). Each starts and does its main thing.

#: bash
printf 'b\na\nc\n' >t; [ -e /dev/fd ] || ln -s /proc/self/fd /dev/fd
bash-static -c 'a=(1 2 3); declare -A m=([x]=1 [y]=2)
echo $BASH_VERSION ${#a[@]} ${a[-1]} ${m[y]} {a..e} $((2**40))
[[ abc =~ b(.) ]] && echo ${BASH_REMATCH[1]}
mapfile -t lines <t; echo ${lines[2]}; sort <<<"$(<t)"; cat <(echo in a pipe)
coproc cat; echo there and back >&${COPROC[1]}; read -r x <&${COPROC[0]}; echo $x
kill $COPROC_PID; wait $COPROC_PID; echo $?
printf "%(%Y-%m-%d)T\n" 86400; type cd; exec 3>&1; echo three >&3; (exit 3); echo $?
select i in one two; do echo $i; break; done <<<2; { sleep 100 & } ; kill %1; wait %1; echo $?
trap "echo exit" EXIT; trap "echo usr1" USR1; kill -USR1 $$; echo ${BASH_SOURCE:-none}'

#: bash: job control and a script
echo 'echo "$0: $# $*"; shift; echo $1; exit 5' >script
bash-static ./script a 'b c'; echo $?
bash-static -c 'set -m; sleep 100 & jobs; kill %1; wait %1; echo $?
shopt -s globstar nullglob; mkdir -p d/e; : >d/e/f; echo **/f x*; time -p true' 2>&1 |
sed 's/:.*Terminated/: Terminated/; s/[0-9]\.[0-9][0-9]/T/'

#: zsh
zsh-static -fc 'a=(one two); print $ZSH_VERSION $a[2] ${(U)a} $((3.5 * 2)); mkdir -p d/e; : >d/e/f
print -l **/*(.N); wc -c =(print x) | sed "s/ .*//"; print -l c b a >t; x=$(<t); print ${(of)x}
zmodload; print ${(l:5::0:)a[1]}; print text | cat | read y; print $y
{ sleep 100 & }; kill $!; wait $!; print $?; print -P "%(?.yes.no)"; cat <<<here
TRAPUSR1() { print usr1 }; kill -USR1 $$
always() { { return 3 } always { print always } }; always; print $?' 2>&1

#: mksh with dietlibc, klibc and musl
for mksh in /static/mksh-*; do
$mksh -c 'echo "$KSH_VERSION"; set -A a 1 2 3; echo ${#a[*]} $(echo sub)
let i=3*4; typeset -i16 h=255; echo $i $h; printf "1\n2\n" | while read -r line; do echo $line; done
echo coprocess |& while read -p line; do echo $line; done
[[ abc = a* ]] && echo matches; sleep 0.1 & wait; echo $?; echo ${ echo here; }
trap "echo trapped" TERM; kill $$; cd /data; pwd; echo *; ulimit -n 77; ulimit -n
sh -c "kill -9 \$\$"; echo $?; nonsense' 2>&1 | sed 's/.*mksh-[a-z]*: //'
done

#: klibc's programs
PATH=/usr/lib/klibc/bin
printf 'b\na\n' >t; mkdir d; mkfifo d/pipe; mknod d/null c 1 3; ln -s t link; readlink link
mv t u; ln u v; dd if=/dev/zero of=zeros bs=512 count=3 2>&1
cat u v; uname -s; chroot / true; echo $?; false; echo $?
sh -c 'for i in a b; do echo $i; done; x=$((6 * 7)); echo $x; cat u | { read -r y; echo $y; }
trap "echo bye" EXIT; kill -l' | while read -r word rest; do echo $word; done
gunzip -c /data/packed/x.gz; (echo u; echo zeros) | cpio -o -H newc 2>&1 >a.cpio; nuke d
mkdir e; cd e; cpio -i <../a.cpio 2>&1; cat u; sleep 0.01; sync; cat d/pipe

#: e2fsck
head -c 300000 /dev/zero >image; mke2fs -F image >/dev/null 2>&1
e2fsck.static -fn image 2>&1; echo $?
dd if=/dev/zero of=image bs=1024 seek=2 count=2 conv=notrunc 2>/dev/null
e2fsck.static -fy image 2>&1; echo $?; e2fsck.static -p image 2>&1
