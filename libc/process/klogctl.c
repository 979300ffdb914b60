/* klogctl: the call syslog, under the name that leaves syslog(3) its own. */
#include <sys/klog.h>

#include "libc/errno/syscall_return.h"

int klogctl(int action, char *buf, int length)
{
    return (int)__syscall_return(__sys_syslog(action, buf, length));
}
