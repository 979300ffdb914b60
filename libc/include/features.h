/* Programs ask here which C library they have: __LIMEN_LIBC__ says that it is this one. */
#ifndef LIMEN_LIBC_FEATURES_H
#define LIMEN_LIBC_FEATURES_H

#define __LIMEN_LIBC__ 1

#endif
