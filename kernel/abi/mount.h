/*
 * Flags of mount and umount2.
 *
 * See `man 2 mount`, `man 2 umount`.
 */
#ifndef LIMEN_ABI_MOUNT_H
#define LIMEN_ABI_MOUNT_H

#define MS_RDONLY 0x1ul
#define MS_NOSUID 0x2ul
#define MS_NODEV 0x4ul
#define MS_NOEXEC 0x8ul
#define MS_SYNCHRONOUS 0x10ul
#define MS_REMOUNT 0x20ul
#define MS_MANDLOCK 0x40ul
#define MS_DIRSYNC 0x80ul
#define MS_NOSYMFOLLOW 0x100ul
#define MS_NOATIME 0x400ul
#define MS_NODIRATIME 0x800ul
#define MS_BIND 0x1000ul
#define MS_MOVE 0x2000ul
#define MS_REC 0x4000ul
#define MS_SILENT 0x8000ul
#define MS_POSIXACL 0x10000ul
#define MS_UNBINDABLE 0x20000ul
#define MS_PRIVATE 0x40000ul
#define MS_SLAVE 0x80000ul
#define MS_SHARED 0x100000ul
#define MS_RELATIME 0x200000ul
#define MS_KERNMOUNT 0x400000ul
#define MS_I_VERSION 0x800000ul
#define MS_STRICTATIME 0x1000000ul
#define MS_LAZYTIME 0x2000000ul
#define MS_NOUSER 0x80000000ul

/* The upper half of old programs' flags. */
#define MS_MGC_VAL 0xc0ed0000ul
#define MS_MGC_MSK 0xffff0000ul

#define MNT_FORCE 1
#define MNT_DETACH 2
#define MNT_EXPIRE 4
#define UMOUNT_NOFOLLOW 8

#endif
