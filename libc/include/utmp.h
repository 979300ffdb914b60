/* Who is logged in isn't recorded; this is what else the header is known for. */
#ifndef LIMEN_LIBC_UTMP_H
#define LIMEN_LIBC_UTMP_H

int login_tty(int fd);

#endif
