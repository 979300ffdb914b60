/*
 * What getdents64 and getdents fill a buffer with.
 *
 * See `man 2 getdents64`.
 */
#ifndef LIMEN_ABI_DIRENT_H
#define LIMEN_ABI_DIRENT_H

/* Records follow each other at d_reclen bytes, which is a multiple of 8. */
struct linux_dirent64 {
    unsigned long d_ino;
    long d_off;
    unsigned short d_reclen;
    unsigned char d_type;
    char d_name[];
};
_Static_assert(__builtin_offsetof(struct linux_dirent64, d_name) == 19, "struct linux_dirent64");

/* getdents: the type came to it late, and stands in a record's last byte, behind the name's NUL. */
struct linux_dirent {
    unsigned long d_ino;
    unsigned long d_off;
    unsigned short d_reclen;
    char d_name[];
};
_Static_assert(__builtin_offsetof(struct linux_dirent, d_name) == 18, "struct linux_dirent");

/* d_type is the file type of st_mode, shifted down by 12. */
#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12
#define DT_WHT 14

#endif
