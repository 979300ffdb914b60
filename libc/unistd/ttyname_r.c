/* ttyname_r: the path of a terminal: the entry of /dev/pts or /dev that is the same device. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 0 if found, ENODEV if not, or another error number. */
static int find_device(const char *directory, dev_t device, char *buf, size_t size)
{
    DIR *dir = opendir(directory);
    int result = ENODEV;
    struct dirent *entry;
    struct stat st;

    if (!dir)
        return ENODEV;
    while (result == ENODEV && (entry = readdir(dir)) != NULL) {
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISCHR(st.st_mode) || st.st_rdev != device)
            continue;
        result = (size_t)snprintf(buf, size, "%s/%s", directory, entry->d_name) < size ? 0 : ERANGE;
    }
    closedir(dir);
    return result;
}

int ttyname_r(int fd, char *buf, size_t size)
{
    struct stat st;
    int result;

    if (!isatty(fd) || fstat(fd, &st) < 0)
        return errno;
    result = find_device("/dev/pts", st.st_rdev, buf, size);
    return result == ENODEV ? find_device("/dev", st.st_rdev, buf, size) : result;
}
