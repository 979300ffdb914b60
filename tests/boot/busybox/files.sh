# Files: what is in a folder, how it gets there, what is known of it. What stands before the first
# "#:" goes before each script of this page.
tell() { stat -c '%n %F %a %h %s %u:%g %Y' "$@"; }
tree() { find "${1:-.}" | sort | while read -r name; do stat -c '%n %F %a %h %s %Y' "$name"; done; }

#: cp -a keeps modes, times and links
cp -a /data/sub . && tree | tail -n +2; cp -a /data/link .; readlink link

#: cp -r follows nothing below
mkdir from; ln -s nowhere from/dangling; echo x >from/file; cp -r from to; ls to
readlink to/dangling

#: cp -L copies what links lead to
cp -L /data/link copy; tell copy | cut -d' ' -f1-5; cat copy

#: cp -p keeps time and mode
touch -d '2001-02-03 04:05:06' a; chmod 4751 a; cp -p a b; tell a b

#: cp -i, -u, -n
echo old >a; echo new >b; echo n | cp -i b a; echo; cat a; touch -d 2000-01-01 b; cp -u b a; cat a
cp -n b a; cat a

#: cp -l and -s make links
echo x >a; cp -l a hard; cp -s "$PWD/a" soft; stat -c '%n %h' a hard; readlink soft | grep -c '/a$'

#: cp of itself, into itself, of a folder without -r
echo x >a; cp a a; echo $?; cp /data/sub b; echo $?; cp a missing/b; echo $?; mkdir d; cp a a/b
echo $?

#: cp of a special file
mkfifo fifo; cp -a fifo other; stat -c %F other; cp -a /dev/null null; stat -c '%F %t %T' null

#: mv in a folder, over a file, into a folder
echo 1 >a; echo 2 >b; mv a b; cat b; mkdir d; mv b d; ls d; mv d e; ls e; mv e/b .; ls

#: mv that cannot
mkdir -p d/e; echo x >f; mv d d/e; echo $?; mv missing x; echo $?; mv f d/e/missing/; echo $?
mkdir full; mv -T d full 2>&1

#: mv across file systems
mkdir m; mount -t tmpfs none m; cp -a /data/sub .; mv sub m && tree m | tail -n +2; ls; umount m

#: rm -r, -f, -i
mkdir -p d/e; echo x >d/e/f; rm d; echo $?; rm -f missing; echo $?; echo n | rm -i d/e/f; echo
ls d/e; rm -r d; ls

#: rmdir and rmdir -p
mkdir -p a/b/c; rmdir a; echo $?; rmdir -p a/b/c; echo $?; ls

#: mkdir -p and -m
mkdir -m 1750 a; mkdir -p a/b/c; mkdir a; echo $?; stat -c '%n %a %h' a a/b a/b/c; umask 077
mkdir d; stat -c %a d

#: ln and ln -s
echo x >a; ln a b; ln -s a c; ln a b; echo $?; ln -sf b c; readlink c; ln -s /nowhere d; cat d
ln missing e; ln -sfn sub c; ls -l c | cut -c 1-10

#: hard link of a folder
mkdir d; ln d e; echo $?

#: a ring of links
ln -s b a; ln -s a b; cat a; echo $?; readlink -f a; echo $?; ls -L a

#: readlink -f and realpath
mkdir -p d/e; ln -s e d/l; ln -s ../d/l/f k; echo x >d/e/f; cd /; here=$OLDPWD
readlink -f $here/k | sed "s,$here,HERE,"
realpath $here/d/l/../e/./f | sed "s,$here,HERE,"; realpath /missing /no/such; echo $?

#: stat of a file, a folder, a link, a device
touch -d '2010-11-12 13:14:15' a; chmod 640 a; stat a | sed 's/Device:.*Links/Links/; /Change/d'
stat -c '%A %F %N' /data/link; stat -L -c %F /data/link
stat -c '%n %F %t:%T %a' /dev/null /dev/zero /dev/tty; stat missing; echo $?
stat -t a | cut -d' ' -f2-6

#: stat -f
mkdir m; mount -t tmpfs -o size=64k none m; stat -f -c '%n %T %b %S %s %l' m; umount m

#: touch -d, -r, -c, -t
touch -d '2020-02-29 12:00:00' a; touch -r a b; touch -c missing; touch -t 200102030405.06 c
tell a b c; ls missing

#: touch -h of a link
ln -s nowhere l; touch -h -d '2003-03-03 03:03:03' l; stat -c '%n %Y' l

#: chmod with letters and numbers
touch a; for mode in 0 777 u=rw,go=r a+x g-x,o= u+s,g+s +t =r a=rwX
do chmod $mode a; stat -c "$mode %a %A" a; done

#: chmod -R
mkdir -p d/e; touch d/f; chmod -R go-rx,u+x d; tree d | cut -d' ' -f1-4; chmod 644 missing
echo $?; chmod nonsense d; echo $?

#: chown and chgrp
touch a; ln -s a l; chown 1:2 a; stat -c %u:%g a; chown daemon a; stat -c %U:%G a; chgrp 7 a
stat -c %u:%g a; chown -h 5:6 l; stat -c %u:%g l a
chown nobody: a; stat -c %u:%g a; chown no-such-user a; echo $?

#: chown takes setuid away
touch a; chmod 6755 a; chown 3 a; stat -c %a a; mkdir d; chmod 6755 d; chown 3 d; stat -c %a d

#: what another user may not
umask 022; mkdir -m 700 private; echo s >private/f; echo r >readonly; mkdir -m 1777 sticky
echo x >sticky/f; chmod 755 .
here=$PWD
su daemon -s /bin/sh -c "cd $here; cat private/f; echo x >readonly; rm sticky/f; cat readonly
    rm -f readonly; mkdir d; id -u"

#: a setgid folder
mkdir d; chgrp 5 d; chmod 2775 d; touch d/f; mkdir d/e; stat -c '%n %a %g' d d/f d/e

#: mkfifo and a pipe with a name
mkfifo -m 600 p; stat -c '%F %a' p; cat p & seq 3 >p; wait; ls -l p | cut -c 1-10

#: mknod
mknod c c 1 3; mknod b b 7 5; mknod p p; stat -c '%n %F %t:%T' c b p
ls -l c b | sed 's/root *root/0 0/' | cut -c 1-40; echo x >c; cat c

#: du
mkdir -p d/e; dd if=/dev/zero of=d/a bs=1k count=8 2>/dev/null
dd if=/dev/zero of=d/e/b bs=1k count=100 2>/dev/null; ln d/a d/c; du -k d; du -s d; du -a d | sort
du -h d/e; truncate -s 10M d/sparse; du d/sparse; du -c d/a d/e | tail -n 1

#: df
mkdir m; mount -t tmpfs -o size=1m none m; dd if=/dev/zero of=m/f bs=4k count=10 2>/dev/null
df -k m | awk 'NR == 2 { print $2, $3, $4, $5 }'; df -i m | awk 'NR == 2 { print ($2 > 0), $3 }'
df -h m | awk 'NR == 2 { print $2, $3 }'; umount m; df missing; echo $?

#: a full file system
mkdir m; mount -t tmpfs -o size=16k none m; dd if=/dev/zero of=m/f bs=1k count=20; echo $?
stat -c %s m/f; echo more >m/g; echo $?; rm m/f; echo again >m/g && cat m/g; umount m

#: find -name, -type, -path
cd /data; find . -name 's*' | sort; find . -type f | sort; find . -type d -name '[a-z]*' | sort
find . -path './sub/*' -type f | sort; find . -iname 'POEM'; find . -maxdepth 1 -type l
find . -mindepth 2 | sort

#: find -size, -empty, -links
dd if=/dev/zero of=a bs=1k count=3 2>/dev/null; : >b; ln a c; find . -size +2k | sort
find . -size -1 -type f; find . -size 3072c | sort; find . -empty; find . -links 2 | sort

#: find -newer, -mtime, -mmin
touch -d '2001-01-01' old; touch -d '2002-02-02' new; touch now; find . -type f -newer old | sort
find . -type f -mtime +1000 | sort; find . -type f -mtime -1; find . -type f -mmin -60

#: find -perm, -user, -group
touch a b c; chmod 600 a; chmod 755 b; chmod 4711 c; chown 1 a; chgrp 3 b
find . -type f -perm 600; find . -perm -4000; find . -type f -perm /100 | sort; find . -user 1
find . -group 3; find . -user daemon

#: find with and, or, not, -prune
cd /data; find . ! -type f ! -type d; find . \( -name poem -o -name one \) | sort
find . -name sub -prune -o -type f -print | sort; find . -type f -a -name 'p*'

#: find -exec with ; and +
cd /data; find . -type f -name 'p*' -exec wc -c {} \;
find sub -type f -exec echo all {} + | tr ' ' '\n' | sort; find . -name one -exec false \; -print
find . -name one -exec sh -c 'echo "$0" "$1"' in {} \;

#: find -exec rm, -quit, -print0, -xdev
mkdir -p a/b; touch a/b/c a/d; find a -name c -exec rm {} +; find a | sort
find a -type f -print0 | tr '\0' '#'; echo; find a -quit; mkdir m; mount -t tmpfs none m
touch m/f; find . -xdev | sort; umount m

#: find -inum, -samefile, -regex
echo x >a; ln a b; touch c; find . -inum $(stat -c %i a) | sort; find . -samefile a | sort
find . -regex '.*/[ab]' | sort

#: find that cannot
find missing; echo $?; find /data -name

#: ls with its letters
touch -d '2020-01-01' a.c; touch -d '2021-01-01' b.h; echo xx >c; touch -d '2019-01-01' c; mkdir d
ln -s c l; touch .hidden; ls; ls -a; ls -A; ls -t a.c b.h c; ls -tr a.c b.h c; ls -S a.c c; ls -F
ls -p; ls -d d; ls -1 d; ls -x | cat; ls -r

#: ls -l, -la, -R of what is given
cd /data; ls; ls -lA; ls -la sub; ls -R; ls -l missing; echo $?; ls -ld sub link
ls -l --full-time poem

#: ls -l of each kind
mkfifo p; mknod n c 1 3; touch f; mkdir d; ln -s f l; chmod 1777 d; chmod 6711 f
ls -l | sed 's/  *[A-Z][a-z][a-z]  *[0-9]* [0-9:]*//'; ls -ln f | cut -d' ' -f1-4

#: ls -i, -s, -h, -c
echo x >a; ln a b
[ "$(ls -i a | sed 's/ a//')" = "$(ls -i b | sed 's/ b//')" ] && echo same inode
dd if=/dev/zero of=big bs=1k count=2000 2>/dev/null; ls -sh big; ls -lh big | grep -o '2.0M'
ls --full-time -d /data/poem | grep -o '2020.*'

#: install -d by mkdir, cp and chmod
mkdir -p i/bin; cp /data/sub/deep/script i/bin/s; chmod 755 i/bin/s; i/bin/s one 'two three'
echo $?

#: dd with its letters
printf abcdefghij >a; dd if=a bs=1 skip=3 count=4 2>/dev/null; echo
dd if=a of=b bs=1 seek=5 2>/dev/null; od -c b; dd if=a of=b bs=2 count=1 seek=1 conv=notrunc
od -c b; dd if=a ibs=3 obs=5 2>&1 >/dev/null | head -n 2

#: dd conv=
printf 'Abc' >a; dd if=a bs=8 conv=sync 2>/dev/null | od -c
printf abcdef | dd conv=swab 2>/dev/null; echo; dd if=missing; echo $?
dd if=/dev/full of=/dev/null bs=10 count=2 2>&1 | head -n 2; dd if=/dev/zero of=/dev/full count=1
echo $?

#: sparse files
truncate -s 1M a; stat -c '%s %b' a; echo x | dd of=a bs=1 seek=500000 conv=notrunc 2>/dev/null
stat -c '%s %b' a; cp a b; cmp a b; echo $?; truncate -s 10 a; od -An -c a

#: fallocate
fallocate -l 10000 a; stat -c '%s %b' a; fallocate -o 20000 -l 100 a; stat -c '%s' a; md5sum a
fallocate -l 0 a; echo $?

#: shred, unlink, nuke
echo secret >a; shred -n 1 a; stat -c %s a; shred -u a; ls; touch b; unlink b; unlink b; echo $?
mkdir -p d/e; nuke d; ls

#: sync, fsync
echo x >a; sync; echo $?; sync a; echo $?; sync -d a; echo $?; sync missing; echo $?

#: mktemp
mktemp -p . aXXXXXX | wc -c; d=$(mktemp -d ./dXXXXXX); stat -c '%F %a' $d; f=$(mktemp ./fXXXXXX)
stat -c '%F %a %s' $f; mktemp -u ./zXXXXXX | wc -c; mktemp nox; echo $?
TMPDIR=$PWD mktemp | grep -c "^$PWD/tmp\."

#: dirname and basename
for path in /a/b/c a a/ / // /a . .. a/b/ ''
do echo "$(dirname "$path") $(basename "$path")"; done; basename a.tar.gz .gz

#: split by dd, and cat together again
dd if=/data/big of=1 bs=40000 count=1 2>/dev/null
dd if=/data/big of=2 bs=40000 skip=1 2>/dev/null; cat 1 2 | cmp - /data/big; echo $?
cat 1 2 | md5sum

#: cmp
printf abc >a; printf abd >b; printf ab >c; cmp a b; echo $?; cmp a c; echo $?; cmp -s a b
echo $?; cmp -l a b; cmp a missing; echo $?; cmp a a; echo $?

#: test of files
touch -d 2000-01-01 e; echo x >f; chmod 0 f; mkfifo p; ln -s f l; ln -s no d; mkdir -m 1777 t
touch s; chmod 6000 s; for flag in b c d e f g h k L p r S s u w x
do for file in e f p l d t s /dev/null; do test -$flag $file && echo "$flag $file"; done; done
[ f -nt e ] && echo newer; [ e -ot f ] && echo older; [ l -ef f ] && echo equal
[ -t 0 ] || echo no terminal

#: names of all kinds
for name in 'with space' -dash '*star' "$(printf 'new\nline')" 'ütf' "'" '\back'
do echo x >"./$name"; done; ls; ls | wc -l; rm -- -dash; rm ./*' '*; find . -type f | wc -l
long=$(printf '%0255d' 0); touch $long && ls | wc -c; touch 1$long; echo $?

#: a long path
for i in $(seq 24); do mkdir $(printf '%0150d' $i); cd $(printf '%0150d' $i); done 2>/dev/null
echo x >f; cat f; cat "$PWD/f" 2>&1 | tail -c 20; cd /

#: a deleted file that is open
echo kept >a; exec 3<>a; rm a; cat <&3; ls; echo more >&3
readlink /proc/$$/fd/3 | grep -o 'a (deleted)'; exec 3>&-

#: a deleted folder that one is in
mkdir d; cd d; rmdir ../d; ls; touch x; echo $?; pwd -P; cd ..; echo $?

#: a thousand files
seq 1000 | xargs touch; ls | wc -l; ls | sort -n | tail -n 1; rm [0-9]*5; ls | wc -l
find . -name '*7' | wc -l; find . -type f | xargs rm; ls

#: permissions of root
echo x >a; chmod 0 a; cat a; echo y >>a; ./a; echo $?; chmod 444 a; : >a; echo $?; mkdir d
chmod 0 d; ls d; touch d/e; echo $?

#: >, >>, >| and noclobber
echo 1 >a; echo 2 >>a; set -C; echo 3 >a; echo 4 >|a; cat a; echo 5 >new; cat new; echo x >/
echo $?

#: umask
for mask in 0 022 077 777 u=rwx,g=,o= u=rw
do (umask $mask; umask; umask -S; touch a$mask; mkdir d$mask; stat -c %a a$mask d$mask); done

#: mount, bind, read-only, unmount
mkdir m n; mount -t tmpfs -o size=100k,mode=750 mine m; stat -c %a m; echo x >m/f
mount -o bind m n; cat n/f; mount -o remount,ro,bind n; echo y >n/f; echo $?; echo z >m/f; cat n/f
grep -c "^mine $PWD" /proc/mounts; mount | grep -c "on $PWD/m type tmpfs"; umount m n; ls m n
umount m; echo $?

#: unmount under use
mkdir m; mount -t tmpfs none m; echo x >m/f; exec 3<m/f; umount m; echo $?; umount -l m; cat <&3
ls m; exec 3<&-; mount --move a b; echo $?

#: mount that cannot
mkdir d; touch f; mount -t nonsense none d; echo $?; mount -t tmpfs none missing; echo $?
mount -t tmpfs none f; echo $?; mount -t tmpfs -o nonsense=1 none d; echo $?
mount -o bind missing d; echo $?; umount d; echo $?

#: nosuid, noexec, nodev
mkdir m; mount -t tmpfs -o noexec,nodev,nosuid none m; cp /data/sub/deep/script m; m/script
echo $?; mknod m/n c 1 3; echo x >m/n; echo $?
grep " $PWD/m " /proc/mounts | grep -o 'nosuid,nodev,noexec'; umount m

#: chroot
mkdir -p r/bin; cp /bin/busybox r/bin; chroot r /bin/busybox ls /; chroot r /bin/busybox pwd
chroot r /missing; echo $?; chroot missing true; echo $?
chroot r /bin/busybox sh -c 'cd ..; cd ..; busybox ls'

#: pivot_root
mkdir r; mount -t tmpfs none r; mkdir -p r/old r/bin; cp /bin/busybox r/bin
chroot r /bin/busybox sh -c 'pivot_root . old'; echo $?; umount r; pivot_root /data /data/sub
echo $?

#: two names for one inode under mv and rm
echo x >a; ln a b; mv a b; ls; cat b; rm -f a; stat -c %h b

#: inotify by tail -f
: >f; : >out; tail -f f >out & tail=$!; echo one >>f; until grep -q one out; do usleep 1000; done
echo two >>f; until grep -q two out; do usleep 1000; done; kill $tail; cat out

#: tail -F follows a name
echo old >f; : >out; tail -F f >out 2>/dev/null & tail=$!; until grep -q old out
do usleep 1000; done; mv f g; echo new >f; until grep -q new out; do usleep 1000; done; kill $tail
cat out
