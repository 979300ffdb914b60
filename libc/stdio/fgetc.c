/* fgetc: the next character, or EOF. */
#include "libc/stdio/file.h"

int fgetc(FILE *file)
{
    return file->read_pos < file->read_end ? *file->read_pos++ : __file_underflow(file);
}
