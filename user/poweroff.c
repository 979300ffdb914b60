/* poweroff: turns the machine off. sync(2), reboot(2). */
#include <sys/reboot.h>
#include <unistd.h>

#include "user/tool.h"

int main(void)
{
    sync();
    reboot(RB_POWER_OFF);
    return tool_fail("poweroff", "reboot");
}
