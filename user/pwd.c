/* pwd: where am I? getcwd(2). */
#include "user/tool.h"

int main(void)
{
    char folder[PATH_MAX];

    if (!getcwd(folder, sizeof(folder)))
        return tool_fail("pwd", "current folder");
    puts(folder);
    return tool_finish("pwd", 0);
}
