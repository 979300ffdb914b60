/* getsubopt: the next of "name=value,name,...", which one it is of the names, and its value. */
#include <stdlib.h>
#include <string.h>

int getsubopt(char **place, char *const *names, char **value)
{
    char *text = *place;
    size_t length = strcspn(text, ",");
    size_t name_length;

    *place = text + length;
    if (**place)
        *(*place)++ = '\0';
    name_length = strcspn(text, "=");
    for (int i = 0; names[i]; i++) {
        if (strncmp(names[i], text, name_length) != 0 || names[i][name_length])
            continue;
        *value = text[name_length] ? text + name_length + 1 : NULL;
        return i;
    }
    *value = text;
    return -1;
}
