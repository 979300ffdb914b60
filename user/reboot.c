/* reboot: starts the machine anew. sync(2), reboot(2). */
#include <sys/reboot.h>
#include <unistd.h>

#include "user/tool.h"

int main(void)
{
    sync();
    reboot(RB_AUTOBOOT);
    return tool_fail("reboot", "reboot");
}
