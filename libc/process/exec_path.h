/* Seeking a program in PATH. */
#ifndef LIMEN_LIBC_PROCESS_EXEC_PATH_H
#define LIMEN_LIBC_PROCESS_EXEC_PATH_H

/* -1 and errno; `exec` is tried on each place where the file may be. */
int __exec_path(const char *file, char *const argv[], char *const envp[],
                int (*exec)(const char *path, char *const argv[], char *const envp[]));

#endif
