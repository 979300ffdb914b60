/*
 * The decoders of ioctl(2): what terminals are asked (man 2 ioctl_tty), and numbers.
 */
#include <string.h>

#include "kernel/abi/ioctl.h"
#include "kernel/abi/termios.h"
#include "user/strace/strace.h"

/* A request that nobody named is told by its parts (man 2 ioctl): 2, 14, 8 and 8 bits. */
DECODER(ioctl_request)
{
    static const char *const directions[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ",
                                             "_IOC_READ|_IOC_WRITE"};
    unsigned request = (unsigned)value->number;
    const char *name = set_find(set_named("ioctls"), request);

    (void)data;
    if (name)
        print("%s", name);
    else
        print("_IOC(%s, %#x, %#x, %#x)", directions[request >> 30], request >> 8 & 0xff,
              request & 0xff, request >> 16 & 0x3fff);
}

/* The fields of several bits in a word of modes: what each says has a name in SET. */
struct mode_field {
    unsigned mask;
    const char *set;
};

static const struct mode_field output_fields[] = {{NLDLY, "nl_delays"},   {CRDLY, "cr_delays"},
                                                  {TABDLY, "tab_delays"}, {BSDLY, "bs_delays"},
                                                  {VTDLY, "vt_delays"},   {FFDLY, "ff_delays"}};
static const struct mode_field control_fields[] = {{CBAUD, "speeds"}, {CSIZE, "char_sizes"}};

static void modes_print(const char *label, unsigned modes, const struct mode_field *fields,
                        size_t count, const char *flags)
{
    print("%s=", label);
    for (size_t i = 0; i < count; i++) {
        print_name(set_named(fields[i].set), modes & fields[i].mask);
        print("|");
        modes &= ~fields[i].mask;
    }
    if (modes)
        print_flags(set_named(flags), modes);
}

static void characters_print(const struct termios *modes)
{
    print(", c_line=");
    print_name(set_named("disciplines"), modes->c_line);
    print(", c_cc=[");
    for (size_t i = 0; i < sizeof(modes->c_cc); i++) {
        const char *name = set_find(set_named("characters"), i);

        print("%s[", i ? ", " : "");
        if (name)
            print("%s", name);
        else
            print("%zu", i);
        print("]=%#x", modes->c_cc[i]);
    }
    print("]");
}

static void modes_all_print(const struct termios *modes)
{
    modes_print("{c_iflag", modes->c_iflag, NULL, 0, "input_modes");
    modes_print(", c_oflag", modes->c_oflag, output_fields, 6, "output_modes");
    modes_print(", c_cflag", modes->c_cflag, control_fields, 2, "control_modes");
    modes_print(", c_lflag", modes->c_lflag, NULL, 0, "local_modes");
    if (options.verbose)
        characters_print(modes);
    print(options.verbose ? "}" : ", ...}");
}

static void termios_print(const struct value *value)
{
    struct termios modes;

    if (value_is_unreadable(value) ||
        !memory_read(value->tracee, value->number, &modes, sizeof(modes)))
        print_address(value->number);
    else
        modes_all_print(&modes);
}

/* What a request's argument is. */
enum kind {
    KIND_NONE,
    KIND_NUMBER,
    KIND_POINTED,
    KIND_TERMIOS,
    KIND_WINSIZE
};

static enum kind request_kind(unsigned request, bool *is_given)
{
    *is_given = false;
    switch (request) {
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        *is_given = true;
        return KIND_TERMIOS;
    case TCGETS:
        return KIND_TERMIOS;
    case TIOCSWINSZ:
        *is_given = true;
        return KIND_WINSIZE;
    case TIOCGWINSZ:
        return KIND_WINSIZE;
    case TIOCSPGRP:
    case TIOCSETD:
    case TIOCPKT:
    case TIOCSPTLCK:
    case FIONBIO:
    case FIOASYNC:
        *is_given = true;
        return KIND_POINTED;
    case TIOCGPGRP:
    case TIOCGSID:
    case TIOCGETD:
    case TIOCOUTQ:
    case FIONREAD:
    case TIOCGPTN:
    case TIOCGPTLCK:
    case TIOCGEXCL:
        return KIND_POINTED;
    case TIOCSCTTY:
    case TCSBRK:
    case TCSBRKP:
        return KIND_NUMBER;
    default:
        return KIND_NONE;
    }
}

bool has_ioctl_arg(const struct tracee *tracee)
{
    switch ((unsigned)tracee->args[1]) {
    case TIOCNOTTY:
    case TIOCEXCL:
    case TIOCNXCL:
    case TIOCVHANGUP:
    case FIOCLEX:
    case FIONCLEX:
        return false;
    default:
        return true;
    }
}

DECODER(ioctl_arg)
{
    unsigned request = (unsigned)value->tracee->args[1];
    struct value copy = *value;
    bool is_given;
    enum kind kind = request_kind(request, &is_given);

    /* What the caller gave is there, though the call may have failed. */
    if (is_given)
        copy.index = -1;
    if (request == TCFLSH)
        print_name(set_named("flush_queues"), value->number);
    else if (request == TCXONC)
        print_name(set_named("flow_actions"), value->number);
    else if (kind == KIND_TERMIOS)
        termios_print(&copy);
    else if (kind == KIND_WINSIZE)
        print_layout(&copy, layout_named("winsize"));
    else if (kind == KIND_POINTED)
        decode_pointed_int(&copy, data);
    else if (kind == KIND_NUMBER)
        print("%d", (int)value->number);
    else if (set_find(set_named("ioctls"), request))
        print_address(value->number);
    else
        print("%#lx", value->number);
}
