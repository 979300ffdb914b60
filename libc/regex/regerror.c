#include <regex.h>
#include <string.h>

static const char *const messages[] = {
    [REG_NOERROR] = "Success",
    [REG_NOMATCH] = "No match",
    [REG_BADPAT] = "Invalid regular expression",
    [REG_ECOLLATE] = "Invalid collation character",
    [REG_ECTYPE] = "Invalid character class name",
    [REG_EESCAPE] = "Trailing backslash",
    [REG_ESUBREG] = "Invalid back reference",
    [REG_EBRACK] = "Unmatched [, [^, [:, [., or [=",
    [REG_EPAREN] = "Unmatched ( or \\(",
    [REG_EBRACE] = "Unmatched \\{",
    [REG_BADBR] = "Invalid content of \\{\\}",
    [REG_ERANGE] = "Invalid range end",
    [REG_ESPACE] = "Memory exhausted",
    [REG_BADRPT] = "Invalid preceding regular expression",
};

size_t regerror(int error, const regex_t *regex, char *buffer, size_t size)
{
    size_t known = sizeof(messages) / sizeof(messages[0]);
    const char *message = error >= 0 && (size_t)error < known ? messages[error] : "Unknown error";

    (void)regex;
    strlcpy(buffer, message, size);
    return strlen(message) + 1;
}
