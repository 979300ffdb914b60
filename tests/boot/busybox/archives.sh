# Archives and compression. /data/packed holds what busybox cannot make itself.
make() { cp -a /data/sub /data/poem /data/link .; ln poem hard; }
names() { find "${1:-.}" | sort; }

#: tar c, t, x
make; tar cf t sub poem; tar tf t | sort; mkdir x; tar xf t -C x; names x; cmp x/poem poem
rm -r x; tar xf t sub/one -O; tar tf missing; echo $?

#: tar tv shows owner, mode, size, time
mkdir d; echo xx >d/f; chmod 4750 d/f; chown 1:2 d/f; touch -d '2011-12-13 14:15:16' d/f
tar c d/f | tar tv

#: tar keeps links, modes and times
make; tar cf t --numeric-owner poem hard link sub/deep/script; mkdir x; tar xpf t -C x
stat -c '%n %F %a %h %Y' x/poem x/hard x/sub/deep/script; stat -c '%F %N' x/link

#: tar of special files
mkfifo p; mknod n c 1 3; mkdir -m 1777 d; tar cf t p n d; mkdir x; cd x; tar xf ../t
stat -c '%n %F %a %t:%T' p n d

#: tar z, j, and what it finds by itself
make; tar czf t.gz sub; tar cjf t.bz2 sub; for t in t.gz t.bz2
do
    case $t in *.gz) z=z;; *) z=j;; esac
    tar t${z}f $t | sort; mkdir x; tar x${z}f $t -C x; diff -r x/sub sub && echo same; rm -r x
done
gzip -dc t.gz | tar t | wc -l; tar xzf poem; echo $?

#: tar -C, -h, --strip-components, --to-command
make; tar ch link | tar tv | cut -c 1-10; tar c poem | tar x --to-command 'wc -l'; tar cf t sub
mkdir x; tar xf t -C x --strip-components=1; names x; tar cf - -C /data/sub one | tar t

#: tar over what is there
make; tar cf t poem; echo other >poem; tar xkf t; echo $?; cat poem; tar xf t; head -n 1 poem
tar x -f t --overwrite; tar cf u missing; echo $?; tar x </dev/null; echo $?

#: tar of long names
d=$(printf '%0120d' 0); mkdir -p $d/$d; echo deep >$d/$d/$d; ln -s $d/$d/$d l; tar cf t $d l
rm -r $d l; tar xf t; cat l; tar tf t | wc -c; tar tf t | sort | tail -n 1

#: tar through a pipe between two folders
mkdir a b; cp -a /data/. a; (cd a && tar c .) | (cd b && tar x); diff -r a b && echo same
tar c a | wc -c | awk '{ print $1 % 512 }'

#: tar cannot be led out
mkdir x; ln -s /tmp/outside l; printf 'x' >f; tar cf t ../$(basename $PWD)/f; cd x; tar xf ../t
echo $?; names

#: cpio -o, -t, -i
make; names sub | cpio -o -H newc >c 2>/dev/null; cpio -t <c; mkdir x; cd x; cpio -i -d -m <../c
names; stat -c '%n %a %Y' sub/one sub/deep/script

#: cpio keeps links and special files
make; mkfifo p; mknod n c 1 3; printf 'poem\nhard\nlink\np\nn\n' | cpio -o -H newc >c; mkdir x
cd x; cpio -idm <../c; stat -c '%n %F %h %t:%T' *; readlink link

#: cpio with patterns, over what is there
make; names . | grep -v c$ | cpio -o -H newc 2>/dev/null >c; cpio -t '*one' <c
cpio -i -v -u poem <c; echo nonsense | cpio -t; echo $?

#: ar
ar_member() { printf '%-16s1577934245  1     2     100640  %-10s`\n%s\n' $1 4 $2; }
{ printf '!<arch>\n'; ar_member 1/ one; ar_member 2/ two; } >a.a; ar t a.a; ar p a.a 2
ar xo a.a 1; cat 1; stat -c '%n %a %Y' 1; ar tv a.a; ar t missing; echo $?

#: dpkg-deb
echo 2.0 >debian-binary; mkdir c p
printf 'Package: p\nVersion: 1\nArchitecture: all\nDescription: x\n' >c/control; mkdir -p p/usr
echo hi >p/usr/f; touch -d '2020-01-01 00:00:00' p/usr p/usr/f
(cd c; tar czf ../control.tar.gz ./control); (cd p; tar czf ../data.tar.gz ./usr)
member() {
    printf '%-16s0           0     0     100644  %-10s`\n' $1 $(stat -c %s $1); cat $1
    [ $(($(stat -c %s $1) % 2)) = 0 ] || echo
}
{ printf '!<arch>\n'; member debian-binary; member control.tar.gz; member data.tar.gz; } >p.deb
dpkg-deb -c p.deb; dpkg-deb -f p.deb; dpkg-deb -x p.deb out; cat out/usr/f
dpkg-deb -e p.deb DEBIAN; ls DEBIAN

#: gzip and gunzip
cp /data/poem a; gzip a; ls; gunzip a.gz; cmp a /data/poem; gzip -c a >b.gz; ls
zcat b.gz | head -n 1; gzip -t b.gz; echo $?; gzip -k a; ls; gzip a; echo $?; gunzip -f a.gz; ls
gzip -d <b.gz | wc -l

#: gzip's levels, names and damage
cp -p /data/big a; for level in 1 6 9; do gzip -$level -c a | gunzip | cmp - a; done
gzip -c a >a.gz; dd if=/dev/zero of=a.gz bs=1 seek=100 count=20 conv=notrunc 2>/dev/null
gunzip -c a.gz >/dev/null; echo $?; echo text >c; gunzip c; echo $?; gunzip c.txt; echo $?
cat a.gz | head -c 50 | gunzip; echo $?

#: gzip of several members
(echo one | gzip; echo two | gzip) | zcat; : | gzip | gunzip | wc -c; gzip nothing; echo $?

#: bzip2 and bunzip2
head -c 20000 /data/big >b; cp b a; bzip2 a; ls; bunzip2 a.bz2; cmp a b; bzip2 -k -1 a
bzcat a.bz2 | cmp - a; bzip2 -t a.bz2; echo $?; (echo one | bzip2; echo two | bzip2) | bunzip2
dd if=/dev/zero of=a.bz2 bs=1 seek=50 count=20 conv=notrunc 2>/dev/null; bzcat a.bz2 >/dev/null
echo $?; bunzip2 </data/poem; echo $?; bzip2 -c /data/poem | md5sum

#: xz -d, unxz, xzcat
cp /data/packed/x.xz .; xzcat x.xz | cmp - /data/big; unxz x.xz; ls; cmp x /data/big; xz -d <x
echo $?; xz -t /data/packed/x.xz; echo $?; head -c 60 /data/packed/x.xz | unxz | wc -c

#: unlzma, lzcat
cp /data/packed/x.lzma .; lzcat x.lzma | cmp - /data/big; unlzma x.lzma; ls

#: lzop
cp /data/big a; lzop a 2>&1; ls; lzop -dc a.lzo | cmp - a; echo $?; lzop -t a.lzo; echo $?

#: uncompress
cp /data/packed/x.Z .; zcat x.Z; uncompress x.Z; cat x; ls; uncompress missing; echo $?

#: unzip
cp /data/packed/x.zip .; unzip -l x.zip; unzip x.zip; names; cat dir/deflated | head -n 2
unzip -p x.zip stored; unzip -o x.zip stored; unzip -q -d out x.zip '*ed' -x stored; names out
echo n | unzip x.zip stored; unzip missing; echo $?; unzip /data/poem; echo $?

#: rpm2cpio of what is none
rpm2cpio /data/poem; echo $?

#: one big file through all of them
awk 'BEGIN { for (i = 0; i < 6000; i++) print i * i % 9973 }' >a; md5sum a
tar cz a | tar xzO | md5sum; bzip2 <a | bunzip2 | md5sum; gzip <a | gunzip | md5sum
lzop <a | lzop -d | md5sum; base64 <a | base64 -d | md5sum
echo a | cpio -o -H newc 2>/dev/null | cpio -i --to-stdout 2>/dev/null | md5sum

#: file systems in a file
dd if=/dev/zero of=a bs=1k count=0 seek=2048 2>/dev/null; mkdosfs a >/dev/null; echo $?
od -An -c -j 54 -N 8 a; mkswap a >/dev/null; tail -c +4087 a | head -c 10; echo
mke2fs -F a 1024 >/dev/null; echo $?; od -An -x -j 1080 -N 2 a
