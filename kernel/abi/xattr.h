/*
 * Extended attributes.
 *
 * See `man 7 xattr`, `man 2 setxattr`.
 */
#ifndef LIMEN_ABI_XATTR_H
#define LIMEN_ABI_XATTR_H

#define XATTR_CREATE 1
#define XATTR_REPLACE 2

#define XATTR_NAME_MAX 255
#define XATTR_SIZE_MAX 65536
#define XATTR_LIST_MAX 65536

#endif
