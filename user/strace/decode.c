/*
 * The decoders of plain things: numbers, addresses, descriptors, strings, bytes, structures.
 *
 * A pointer that is NULL is NULL; what can't be read, and what a call that failed would have
 * written, is its address.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/abi/fcntl.h"
#include "user/strace/strace.h"

void print_address(unsigned long address)
{
    if (address)
        print("%#lx", address);
    else
        print("NULL");
}

/* Has the call not written what VALUE points to? */
bool value_is_unreadable(const struct value *value)
{
    const struct tracee *tracee = value->tracee;

    if (!value->number)
        return true;
    if (!tracee->is_over || !tracee->failed || !tracee->call)
        return false;
    for (int i = 0; i < tracee->call->count; i++)
        if (tracee->call->arguments[i].index == value->index)
            return tracee->call->arguments[i].is_out;
    return false;
}

DECODER(number)
{
    (void)data;
    if (value->is_signed)
        print("%ld", (long)value->number);
    else
        print("%lu", value->number);
}

DECODER(hex)
{
    (void)data;
    print("%#lx", value->number);
}

DECODER(address)
{
    (void)data;
    print_address(value->number);
}

DECODER(octal)
{
    unsigned long mode = value->number & 0xffff; /* no call looks at more */

    (void)data;
    print(mode ? "%#03lo" : "%03lo", mode);
}

/* -1 leaves an owner as it is. */
DECODER(id)
{
    (void)data;
    if ((unsigned)value->number == UINT_MAX)
        print("-1");
    else
        print("%u", (unsigned)value->number);
}

static void link_print(pid_t pid, const char *link)
{
    char path[64], target[PATH_MAX];

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, link);

    ssize_t length = readlink(path, target, sizeof(target) - 1);

    if (length > 0)
        print("<%.*s>", (int)length, target);
}

void print_fd(const struct tracee *tracee, int fd)
{
    char link[32];

    print("%d", fd);
    snprintf(link, sizeof(link), "fd/%d", fd);
    if (options.paths && fd >= 0)
        link_print(tracee->pid, link);
}

DECODER(fd)
{
    (void)data;
    print_fd(value->tracee, (int)value->number);
}

DECODER(dirfd)
{
    (void)data;
    if ((int)value->number != AT_FDCWD) {
        print_fd(value->tracee, (int)value->number);
        return;
    }
    print("AT_FDCWD");
    if (options.paths)
        link_print(value->tracee->pid, "cwd");
}

static bool is_plain(const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if ((unsigned char)bytes[i] >= 0x7f || (bytes[i] < ' ' && !strchr("\t\n\v\f\r", bytes[i])))
            return false;
    return true;
}

/* One byte as C writes it, at most 4 characters; octal is as short as the next, NEXT, lets it be.
 */
static size_t byte_write(char *text, unsigned char byte, int next, bool hex)
{
    static const char escapes[] = "\"\"\\\\\nn\tt\rr\vv\ff";

    if (hex)
        return (size_t)sprintf(text, "\\x%02x", byte);
    for (const char *escape = escapes; *escape; escape += 2) {
        if (byte == (unsigned char)*escape) {
            text[0] = '\\';
            text[1] = escape[1];
            return 2;
        }
    }
    if (byte < ' ' || byte >= 0x7f)
        return (size_t)sprintf(text, next >= '0' && next <= '9' ? "\\%03o" : "\\%o", byte);
    text[0] = (char)byte;
    return 1;
}

void print_quoted(const char *bytes, size_t count, bool is_cut, bool hex)
{
    char text[128];
    size_t used = 0;

    hex = hex || options.hex > 1 || (options.hex && !is_plain(bytes, count));
    print("\"");
    for (size_t i = 0; i < count; i++) {
        used += byte_write(text + used, (unsigned char)bytes[i], i + 1 < count ? bytes[i + 1] : -1,
                           hex);
        if (used > sizeof(text) - 8) {
            print("%.*s", (int)used, text);
            used = 0;
        }
    }
    print("%.*s\"%s", (int)used, text, is_cut ? "..." : "");
}

/* A file's name is shown whole. */
void print_path(const struct tracee *tracee, unsigned long address)
{
    static char text[PATH_MAX];
    bool is_whole;
    long length = address ? string_read(tracee, address, text, sizeof(text), &is_whole) : -1;

    if (length < 0)
        print_address(address);
    else
        print_quoted(text, (size_t)length, !is_whole, false);
}

DECODER(path)
{
    (void)data;
    if (value_is_unreadable(value))
        print_address(value->number);
    else
        print_path(value->tracee, value->number);
}

/* Any string, as long as -s says. */
DECODER(string)
{
    bool is_whole;
    char *text = malloc(options.string_max + 1);
    long length =
        text && !value_is_unreadable(value)
            ? string_read(value->tracee, value->number, text, options.string_max + 1, &is_whole)
            : -1;

    (void)data;
    if (length < 0) {
        print_address(value->number);
    } else {
        bool is_cut = (size_t)length > options.string_max;

        print_quoted(text, is_cut ? options.string_max : (size_t)length, is_cut, false);
    }
    free(text);
}

static void bytes_print(const struct tracee *tracee, unsigned long address, size_t count, bool hex)
{
    size_t shown = count < options.string_max ? count : options.string_max;
    char *bytes = malloc(shown + 1);

    if (!bytes || !address || (shown && !memory_read(tracee, address, bytes, shown)))
        print_address(address);
    else
        print_quoted(bytes, shown, shown < count, hex);
    free(bytes);
}

void print_bytes(const struct tracee *tracee, unsigned long address, size_t count)
{
    bytes_print(tracee, address, count, false);
}

/* As many as the call says it has written. */
DECODER(read_bytes)
{
    (void)data;
    if (value_is_unreadable(value))
        print_address(value->number);
    else
        print_bytes(value->tracee, value->number, (size_t)value->tracee->result);
}

/* As many as the argument behind it says. */
DECODER(written_bytes)
{
    (void)data;
    print_bytes(value->tracee, value->number, value->tracee->args[value->index + 1]);
}

DECODER(random_bytes)
{
    (void)data;
    if (value_is_unreadable(value))
        print_address(value->number);
    else
        bytes_print(value->tracee, value->number, (size_t)value->tracee->result, true);
}

/* An array of char in a structure: a string that ends with it at the latest. */
DECODER(chars)
{
    char text[512];
    size_t count = value->bytes < sizeof(text) ? value->bytes : sizeof(text);

    (void)data;
    if (!memory_read(value->tracee, value->number, text, count))
        print_address(value->number);
    else
        print_quoted(text, strnlen(text, count), false, false);
}

/* Any other array: its bytes. */
DECODER(bytes)
{
    (void)data;
    bytes_print(value->tracee, value->number, value->bytes, true);
}

/* A number as it stands in its bytes: what is negative there isn't in 64 bits. */
static unsigned long number_bits(const struct value *value)
{
    return value->bytes < sizeof(long) ? value->number & ~(~0ul << value->bytes * 8)
                                       : value->number;
}

DECODER(names)
{
    const struct set *set = data;
    bool is_known = set_find(set, value->number);

    print_name(set, is_known ? value->number : number_bits(value));
}

DECODER(flags)
{
    print_flags(data, number_bits(value));
}

DECODER(unsigned)
{
    (void)data;
    print("%lu", number_bits(value));
}

/* A size of memory: the whole register, whatever the table says. */
DECODER(size)
{
    (void)data;
    print("%lu", value->tracee->args[value->index]);
}

/* A place in a file, which comes in one register though there is another for its upper half. */
DECODER(offset)
{
    (void)data;
    print("%ld", (long)value->number);
}

/* BYTES at WHERE as a number, its sign told. */
static unsigned long number_load(const void *where, size_t bytes, bool is_signed)
{
    unsigned long number = 0;
    unsigned shift = (unsigned)(64 - bytes * 8);

    memcpy(&number, where, bytes);
    return is_signed ? (unsigned long)((long)(number << shift) >> shift) : number;
}

static void field_print(const struct value *value, const struct field *field, const char *bytes)
{
    struct value inner = {.tracee = value->tracee,
                          .index = value->index,
                          .bytes = field->bytes,
                          .is_signed = field->is_signed};

    inner.number = field->is_place
                       ? value->number + field->offset
                       : number_load(bytes + field->offset, field->bytes, field->is_signed);
    print("%s=", field->name);
    field->decoder.print(&inner, field->decoder.data);
}

void print_layout(const struct value *value, const struct layout *layout)
{
    char *bytes = malloc(layout->bytes);
    size_t shown = 0;

    if (value_is_unreadable(value) || !bytes ||
        !memory_read(value->tracee, value->number, bytes, layout->bytes)) {
        print_address(value->number);
        free(bytes);
        return;
    }
    print("{");
    for (size_t i = 0; i < layout->count; i++) {
        if (!options.verbose && !layout->fields[i].is_brief)
            continue;
        print("%s", shown++ ? ", " : "");
        field_print(value, &layout->fields[i], bytes);
    }
    print("%s", shown < layout->count ? ", ...}" : "}");
    free(bytes);
}

DECODER(struct)
{
    print_layout(value, data);
}

DECODER(pointed)
{
    const struct pointed *pointed = data;
    unsigned long bytes;
    struct value inner = *value;

    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, &bytes, pointed->bytes)) {
        print_address(value->number);
        return;
    }
    inner.bytes = pointed->bytes;
    inner.is_signed = pointed->is_signed;
    inner.number = number_load(&bytes, pointed->bytes, pointed->is_signed);
    print("[");
    pointed->decoder.print(&inner, pointed->decoder.data);
    print("]");
}

DECODER(pointed_int)
{
    static const struct pointed number = {sizeof(int), true, {decode_number, NULL}};

    (void)data;
    decode_pointed(value, &number);
}

DECODER(pointed_long)
{
    static const struct pointed number = {sizeof(long), true, {decode_number, NULL}};

    (void)data;
    decode_pointed(value, &number);
}

/* A device's number: eight bits of the minor lie below the major, the others above it. */
DECODER(device)
{
    unsigned long number = value->number;
    unsigned long major = (number >> 8 & 0xfff) | (number >> 32 & ~0xffful);
    unsigned long minor = (number & 0xff) | (number >> 12 & 0xffffff00);

    (void)data;
    print("makedev(%#lx, %#lx)", major, minor);
}
